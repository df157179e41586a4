"""What comes back: reading, auditing, receiving and rolling up the workbooks that units return."""
