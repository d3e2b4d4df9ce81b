"""Onboarding: lists imported, new entrants until their first order."""
