"""The host side of plugins: finding them, talking, limits."""
