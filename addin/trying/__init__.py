"""Trying the rules of a definition that is being written on what units reported last year."""
