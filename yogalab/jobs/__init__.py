"""Long work outside the request: rows in the database, done by whoever holds the lease."""
