"""The interactive shell.

Layer: framework, above ``phyware.app``: every line of it is a command line of
its own.  Only ``phyware.repl.engine`` and what it imports know cmd2 and
prompt_toolkit, and they are imported when somebody sits at a terminal.
"""
