"""Files: savings that are killed, and damage that is loaded."""
