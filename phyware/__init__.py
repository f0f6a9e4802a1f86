"""The framework of the phyware command line; it knows nothing about OAuth."""
