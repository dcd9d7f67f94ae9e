"""The old entry points, archived: each says what replaces it, and hands over to terp-seed.

Nothing outside this folder imports it, and the wheel does not have it.
"""
