"""`python -m yogalab` is the command line."""

from yogalab.cli import main

main()
