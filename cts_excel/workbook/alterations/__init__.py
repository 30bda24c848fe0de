"""What was issued against what came back."""
