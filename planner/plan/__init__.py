"""What was decided: the facts of a plan and what follows from them."""
