"""The model: what a project says of its seeds. Knows no database."""
