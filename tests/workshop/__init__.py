"""A project of its own for tests: a workshop's jobs with their steps, their bills, and kinds of work that may be there."""
