"""Real parts for tests: a private broker and database, managed processes, waiting, golden files."""
