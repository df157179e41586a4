"""The workbook of a kind and level rendered once, with holes; stamping fills the holes for each unit."""
