"""Reminding: who is to be told that something is still owed."""
