"""Working days from the list's arrival within which a new entrant's data are entered (R7.2–R7.4): defined only here."""

# Business information (R7.2).
BUSINESS = 2
# Market type, business format and quantified data (R7.3).
MARKET = 3
# What the grade depends on: trade area type and display form (R7.4).
GRADING = 10
# All other fields (R7.4).
OTHERS = 15
# Attention and cooperation, which a manager can judge only after some visits (R7.4).
ATTITUDE = 20
