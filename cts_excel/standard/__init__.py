"""The specification as data: one TOML file per edition, and its loader."""
