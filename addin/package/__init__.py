"""A received workbook, opened once: its bytes, who saved it, and every cell of every sheet as columns.

Reading and tampering both work from what is opened here, and nothing else opens the file. What the XML means is what
Excel takes it for, in any spelling that XML allows. A file that is no workbook, damaged, or beyond the limits of
:mod:`addin.package.limits` raises :class:`addin.package.refusal.NotOpened` with one sentence for the clerk.
"""
