"""The bank as a program of its own, written from the protocol notes; it shares no code with the plugin."""
