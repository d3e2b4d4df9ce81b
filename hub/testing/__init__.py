"""The suite that every plugin inherits."""
