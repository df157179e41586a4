"""What was accepted against an export of the authority's own system, cell by cell."""
