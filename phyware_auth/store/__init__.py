"""Where credentials are kept: one record a host, in a file or the OS keyring.

Layer: store; no OAuth, no HTTP, no printing.  Import the names from their
modules: this file imports nothing, so that ``codec`` alone stays cheap.
"""
