"""The app in the browser: the library's calls as pages, for people who open no terminal.

It has no rule of its own and calls nothing below ``api.py``. Everything that a page shows of a
workbook is shown as text.
"""
