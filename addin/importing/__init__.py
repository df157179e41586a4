"""A clerk's own list into a ledger: the list is read, its headings are matched, its values taken or told."""
