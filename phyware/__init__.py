"""The framework of the phyware command line; it knows nothing about OAuth."""

__version__ = '0.1.0'
