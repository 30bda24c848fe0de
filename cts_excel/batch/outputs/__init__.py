"""What a run writes, one module per format."""
