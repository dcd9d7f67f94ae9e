"""The scripts: what surrounds the statements of a run that connects to nothing."""
