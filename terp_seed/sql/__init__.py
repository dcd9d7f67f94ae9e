"""SQL as text: no connection is known here."""
