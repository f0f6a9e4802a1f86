"""Names that are phyware's own.

Layer: framework; imports nothing.
"""

from __future__ import annotations

# The auth providers that nobody can take over.
API_KEY_PROVIDER = 'api-key'
STORED_PROVIDER = 'stored'
# Entry-point groups; here, since asking what there is takes none of what is in them.
PROVIDER_GROUP = 'phyware.auth.providers'
COMPLETION_GROUP = 'phyware.completion'
FAST_GROUP = 'phyware.fast'
# Commands that the application adds without an entry point.
FRAMEWORK_COMMANDS = ('help',)
# What the shell answers itself: a command of such a name would be hidden by it
# (cliff-traps R12).
RESERVED_WORDS = ('exit', 'history', 'quit')
