"""Lists that a unit keeps, by the API."""
