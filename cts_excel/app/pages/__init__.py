"""The pages: one module per page, and the frame around them."""
