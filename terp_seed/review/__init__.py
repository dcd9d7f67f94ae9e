"""The review page: what a seed is, as one HTML file that a person reads before or after it runs.

Knows the engine and no particular schema; its libraries are the optional extra `review`, and no other command imports them.
"""
