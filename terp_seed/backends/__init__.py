"""The backends: one folder for each kind of database, and what all of them share."""
