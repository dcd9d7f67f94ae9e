"""The application: what each command does, without a word of how it is asked for or shown."""
