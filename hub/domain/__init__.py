"""What is true without a database, a clock or a network."""
