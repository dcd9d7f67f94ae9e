"""The model: what a project declares about its seeds. Independent of any database."""
