"""The file format: packages, limits, sheet XML, strings, cells, formulas. It knows no audit."""
