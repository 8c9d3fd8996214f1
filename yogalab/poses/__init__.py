"""What can be named: poses, their words, and what their bodies look like in figures."""
