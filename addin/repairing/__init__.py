"""Repair: the values of a tampered workbook in a fresh one, with a receipt for every one of them."""
