"""Tests of the tools that tend the repository itself."""
