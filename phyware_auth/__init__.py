"""The ``auth`` plugin of phyware."""
