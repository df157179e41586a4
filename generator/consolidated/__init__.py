"""汇总.xlsx: one module per kind of sheet, plain data in."""
