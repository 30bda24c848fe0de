"""Choose where a run is graded."""

from __future__ import annotations

from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.local import Engine, LocalEngine
from cts_excel.batch.errors import RunError
from cts_excel.batch.options import RunOptions
from cts_excel.messages import _

ENGINES = ("local", "dask")


def start_engine(options: RunOptions, rules: Rules, jobs: int) -> Engine:
    """Start the engine that was asked for.

    :raises RunError: missing extra, or a cluster that cannot be used.
    """
    if options.engine != "dask":
        return LocalEngine(rules, jobs)
    try:
        from cts_excel.batch.engines.dask_cluster import ClusterEngine
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("distributed", "dask"):
            raise
        repair = _("Install it: pip install 'cts-excel[cluster]'.")
        raise RunError("--engine dask", _("distributed is not installed"), repair) from None
    return ClusterEngine(rules, options.scheduler, jobs)
