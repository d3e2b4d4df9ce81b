"""Lists that a unit keeps: what a customer's record may name."""
