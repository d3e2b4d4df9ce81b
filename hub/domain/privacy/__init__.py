"""Privacy: exports and authorisations."""
