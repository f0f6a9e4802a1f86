"""A PhyCloud for one machine: development, demos and tests.

Layer: a program of its own behind ``phyware devcloud start``; nothing else
imports it, and importing this package needs none of its extra's libraries.
"""
