"""What a stepper is made of: the numbers of every step, where the boxes go, and the page that shows them."""
