"""A bank to practise with: ICBC's open platform as published, in a process of its own, written without the plugin."""
