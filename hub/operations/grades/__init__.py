"""Grades: evaluations and what is looked at again before them."""
