"""A bank to practise with: ABC's MSG gateway as published, in a process of its own, written without the plugin."""
