"""Located cells become typed answers."""
