"""The buttons in Excel: what each does with the open workbook."""
