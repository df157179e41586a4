"""更正: what units report otherwise after a version was handed in, decided cell by cell, and the totals with it."""
