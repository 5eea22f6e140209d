"""Excel: the only room that knows what a cell is."""
