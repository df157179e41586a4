"""Two engines, one answer: whatever stands in a workbook, its own checks say what the city's audit will say of it.

The same content is put to both: values are poked, typed, cut, dragged and pasted into an open workbook in a live
LibreOffice, its statuses, messages, row states and its light are read, and the audit judges the same values by the
rules. Whatever differs is a fault of one of them. What each module adds is where the content comes from:
seeded returns (``test_parity``, ``test_ironcalc``), the rules' own examples (``test_examples_live``), rows of ledgers
(``test_ledgers_live``), hands and keys (``test_entry_live``, ``test_typing_live``), a clerk who only follows the
workbook (``test_follow_the_workbook``).
"""
