"""The revisions: what Alembic applies and plans, and the ledger of the rows that they inserted."""
