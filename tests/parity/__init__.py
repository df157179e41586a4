"""Two engines, one answer: the open workbook's own checks against the audit of the values that stand in it."""
