"""``python -m cts_excel``."""

from cts_excel.cli import main

if __name__ == "__main__":  # worker processes that are spawned import this module too
    main()
