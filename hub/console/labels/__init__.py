"""Titles of code words, both languages, one file a subject."""
