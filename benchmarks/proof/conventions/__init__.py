"""The conventions: the cases of their document, and every way to ask for them."""
