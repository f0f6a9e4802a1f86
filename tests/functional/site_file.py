"""Python that each process of the command runs before anything else.

Layer: test fixture; imports nothing of the product.
"""

from __future__ import annotations

import os

from tests.functional.cli import CliTestCase

# A Tab waits two seconds in life, which a busy machine needs to import what asks.
PATIENT_TABS = 'from phyware_auth import completion\ncompletion.SECONDS = 60.0\n'

# As well as an answer 30 seconds: less than what another test does meanwhile may take.
PATIENT_REQUESTS = '''
from phyware.transport.client import Transport
Transport.__init__.__kwdefaults__['total_timeout'] = 600.0
'''


def customize(case: CliTestCase, text: str) -> None:
    """Let each process that ``case`` starts from now on begin with ``text``."""
    folder = case.home / 'site'
    folder.mkdir(exist_ok=True)
    (folder / 'sitecustomize.py').write_text(text)
    paths = [str(folder), *filter(None, [case.environ.get('PYTHONPATH')])]
    case.environ['PYTHONPATH'] = os.pathsep.join(paths)
