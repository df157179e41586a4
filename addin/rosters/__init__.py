"""名录核定, the step before the forms: a page per unit, the answers read back, the roster brought up to date."""
