"""The pages of a unit's lists."""
