"""What one does with many cases."""
