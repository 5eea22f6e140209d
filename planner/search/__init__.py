"""How it is solved: the only room that knows the solver."""
