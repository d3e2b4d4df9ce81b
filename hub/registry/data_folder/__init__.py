"""The data folder of an installation: its lock, the demo's marker, the master key file."""
