"""SQL as text, without a connection."""
