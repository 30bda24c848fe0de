"""What every room needs of files and texts: whole or not there, named safely, harmless to open."""
