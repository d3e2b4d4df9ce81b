"""Tasks: when they are due."""
