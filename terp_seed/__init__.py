"""Seed data as versioned, reversible Alembic revisions."""
