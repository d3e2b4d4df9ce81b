"""The database server: the embedded one, its roles and what they may do."""
