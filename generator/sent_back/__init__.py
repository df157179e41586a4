"""What goes with a return that is sent back: its own workbook with the officer's words in it, and a page of paper."""
