"""The execution: what changes the rows of a database."""
