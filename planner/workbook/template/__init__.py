"""The input workbook written: blank, or filled with the example."""
