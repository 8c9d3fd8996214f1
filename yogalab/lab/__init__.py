"""What a coach can do: one desk a file, joined by `Lab`. Used alike by pages, command line and tests."""
