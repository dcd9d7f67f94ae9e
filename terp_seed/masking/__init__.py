"""The masking: fake values in the place of PII."""
