"""Administration: the calendar, unit rules."""
