"""Sphinx configuration."""

import sys
from pathlib import Path

from phyware import __version__

sys.path.insert(0, str(Path(__file__).parent / '_ext'))

project = 'phyware'
author = 'The phyware developers'
copyright = '2026, The phyware developers'
release = version = __version__

extensions = ['command_reference', 'proofs']
root_doc = 'index'
html_theme = 'alabaster'
html_theme_options = {'description': 'The command line of PhyCloud', 'fixed_sidebar': True}
nitpicky = True
# It would make a dash of the -- that begins an option.
smartquotes = False
