"""The input workbook read: from cells to a case, with every fault at once."""
