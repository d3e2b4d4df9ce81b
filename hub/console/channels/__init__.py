"""Channels: control, settings, schedules, digests."""
