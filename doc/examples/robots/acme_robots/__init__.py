"""Robots on PhyCloud: commands for phyware."""
