"""Routes: meetings, loads, scenarios, stop order."""
