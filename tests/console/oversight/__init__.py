"""Pages of oversight: requests handed on, watched phones, hand-ins, spot checks."""
