"""The engine: knows Alembic and SQL, nothing of any particular schema."""
