"""The plan workbook: written, read back, and verified."""
