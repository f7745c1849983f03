"""Bad inputs: the doors that are given them, and whether they refuse."""
