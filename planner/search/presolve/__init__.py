"""What a case can do without: what is alike is solved as one, what is dominated not at all."""
