"""Oversight: the audit trail, what the regulation's rows come to, timeliness."""
