"""The data folder of an installation: who works in it, the demo's mark, the master key's file."""
