"""What is decided, and under which rules. Pyomo lives here."""
