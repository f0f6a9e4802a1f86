"""The installed command as a user whom permissions stop.

Layer: test fixture.
"""

from __future__ import annotations

import os

from tests.functional.cli import Result
from tests.functional.fault_case import FaultCase
from tests.functional.store_case import need

# Root may do everything; without its capabilities it is a user like any other.
_PLAIN = ('setpriv', '--bounding-set=-all', '--inh-caps=-all')


class OddCase(FaultCase):
    def plainly(self, *words: str, before: tuple[str, ...] = ()) -> Result:
        """Run ``phyware auth WORDS`` as a user whom permissions stop."""
        plain: tuple[str, ...] = ()
        if os.geteuid() == 0:
            need(*_PLAIN, 'true')
            plain = _PLAIN
        return self.under((*before, *plain), *words)
