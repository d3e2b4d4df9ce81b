"""What a person, a job or a fact may do to the registry."""
