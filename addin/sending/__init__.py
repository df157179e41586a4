"""What goes out: the workbooks of a roster, with keys, with what is known beforehand, and filled ones."""
