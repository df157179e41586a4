"""Parts of a workbook replaced, and every other byte kept."""
