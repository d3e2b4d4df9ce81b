"""Who may do what: the matrix, sign-in, tokens."""
