"""The command line: takes options, prints text or JSON."""
