"""The checks: every reason not to do what was asked for, found before anything is written."""
