"""The roster, and 名录核定: a page per unit, the answers read back, the roster brought up to date."""
