"""ASGI: API and console, sessions, CSRF, headers, health."""
