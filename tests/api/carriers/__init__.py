"""Carriers: what the API says of agreements, devices and the order method."""
