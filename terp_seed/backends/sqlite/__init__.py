"""The backend of SQLite."""
