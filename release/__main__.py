"""``python -m release``: gather wheels, try them without network, write the bills of materials."""

from __future__ import annotations

import argparse

from release import bill_of_materials, offline
from release.environments import DIST, ROOT, extras, gather


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    tasks = parser.add_subparsers(dest="task", required=True)
    wheels = tasks.add_parser("wheelhouse", help="gather all wheels in dist/wheels")
    wheels.add_argument("extra", nargs="?", default="", choices=extras())
    trial = tasks.add_parser("offline", help="install, use and measure without network")
    trial.add_argument("--write", action="store_true", help="put the sizes into docs/install*.md")
    tasks.add_parser("sbom", help="write the bills of materials into dist/sbom")
    options = parser.parse_args()
    if options.task == "wheelhouse":
        gather(options.extra, DIST / "wheels")
        print((DIST / "wheels").relative_to(ROOT))
    elif options.task == "sbom":
        bill_of_materials.write_all()
    else:
        tried = offline.try_all()
        if options.write:
            offline.write(tried)


if __name__ == "__main__":
    main()
