"""What must not be lost: the database, the photo files, and the whole lab as one file."""
