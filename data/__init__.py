"""Workbooks to learn from, and the definitions that they are built from."""
