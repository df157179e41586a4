"""One module per kind of sheet of a unit workbook."""
