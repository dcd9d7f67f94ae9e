"""The masking: replaces PII by fake values."""
