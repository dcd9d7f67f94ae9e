"""The review page: a seed as one HTML file, to read before or after it runs.

It works with any schema. Its libraries are the optional extra `review`, and no other command imports them.
"""
