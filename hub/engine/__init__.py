"""Durable jobs and schedules; procrastinate lives here alone."""
