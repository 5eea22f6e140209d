"""planner: from a filled workbook to a purchase plan of least cost."""
