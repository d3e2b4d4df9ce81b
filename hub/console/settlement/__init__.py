"""Settlement: accounts at banks, cards bound, replaced, ended."""
