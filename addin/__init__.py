"""What comes back: reading, auditing, merging and rolling up the workbooks that units return."""
