"""What is written about a graph: formulas and derivations, and the paths that a gradient is the sum of."""
