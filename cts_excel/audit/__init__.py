"""What one assessor stated and what it is worth. Pure: no file, no cell is opened here."""
