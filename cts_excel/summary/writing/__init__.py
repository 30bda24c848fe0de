"""xlsxwriter: styles, charts, tables, streaming rows."""
