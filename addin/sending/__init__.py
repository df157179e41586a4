"""What goes out: a workbook for each unit of a roster, with what is known beforehand, and filled ones."""
