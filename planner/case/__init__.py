"""What is given: pure data that knows neither Excel nor Pyomo."""
