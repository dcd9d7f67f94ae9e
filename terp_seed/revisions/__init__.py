"""The revisions: what Alembic knows of a seed, and the ledger of its rows."""
