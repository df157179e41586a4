"""A unit's workbook."""
