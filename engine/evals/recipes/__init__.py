"""How often a model writes what its recipe asks for: at once, after mending, after one repair."""
