"""Commands that need no command line parser, tried before cliff is imported.

The entry-point group ``phyware.fast`` names functions ``function(argv) -> exit
status, or None to decline``; ``argv`` are the arguments after the command's
words.  Declining is always right: the command itself then runs.
"""
