"""The execution: the modules that insert and delete the rows of a database."""
