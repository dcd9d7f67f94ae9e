"""From a schema to the seeds of its tables: reading, inference, and the text of the files."""
