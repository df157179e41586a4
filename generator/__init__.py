"""Writing workbooks: one per reporting unit, and the consolidated one of the city. The only importer of xlsxwriter."""
