"""Tasks: what staff have to do and by when; notices and the daily mail."""
