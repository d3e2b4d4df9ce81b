"""What is stored; SQLAlchemy lives here alone."""
