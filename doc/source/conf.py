"""Sphinx configuration."""

from phyware import __version__

project = 'phyware'
author = 'The phyware developers'
copyright = '2026, The phyware developers'
release = version = __version__

extensions: list[str] = []
root_doc = 'index'
html_theme = 'alabaster'
html_theme_options = {'description': 'The command line of PhyCloud', 'fixed_sidebar': True}
nitpicky = True
