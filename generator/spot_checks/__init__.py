"""Workbooks of spot checks: the 复核表 of one unit, the protocol of the draw, the protocol of what came of it."""
