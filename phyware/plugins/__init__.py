"""What is installed, whether it works, and how to begin a plugin of one's own.

Layer: framework.  Nothing here is imported before a ``plugin`` command runs.
"""
