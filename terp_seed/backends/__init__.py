"""The backends: a subpackage per kind of database, and the code that they share."""
