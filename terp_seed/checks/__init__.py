"""The checks: every reason to refuse a run, found before anything is written."""
