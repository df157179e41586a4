"""Tampering: what of a received workbook is no longer as it was generated, apart from what units may change."""
