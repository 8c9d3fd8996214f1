"""What to ask the coach next, and which photos are copies of each other."""
