"""The application: what each command does, independent of how it is invoked and displayed."""
