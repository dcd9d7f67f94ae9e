"""The tests mirror the modules; beside them stands one file for each promise."""
