"""What every output format of a run is: a sink that takes the results one by one, in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Protocol, Self

from cts_excel.batch.campaign import Campaign
from cts_excel.batch.options import RunOptions
from cts_excel.batch.results import Prepare, Result
from cts_excel.standard.model import Standard


class RunOutput(Protocol):
    """What a sink may know of the run that it writes for."""

    @property
    def folder(self) -> Path:
        """The run folder."""

    @property
    def standard(self) -> Standard:
        """The specification."""

    @property
    def options(self) -> RunOptions:
        """The options of the run."""

    @property
    def campaign(self) -> Campaign:
        """What a roster says of the files; complete when all results are given out."""

    def source(self, file: str) -> bytes:
        """Read an input again, with the same care as the first time.

        :raises OSError: if it can no longer be read, or is not admitted any more.
        """


class Sink(ABC):
    """One output format. Use it in a ``with`` statement: an error discards what is incomplete."""

    name: ClassVar[str]

    @abstractmethod
    def __init__(self, run: RunOutput) -> None:
        """Begin the output of a run."""

    @classmethod
    def wanted(cls, options: RunOptions) -> bool:
        """Tell whether a run with these options writes this format."""
        return True

    @classmethod
    def preparation(cls, options: RunOptions) -> Prepare | None:
        """Return what a worker calls for each outcome, to save this process the work; may be none.

        It must be a function, or a callable object, that can be sent to another process.
        """
        return getattr(cls, "prepare", None)

    @abstractmethod
    def add(self, result: Result) -> None:
        """Take the result of one file.

        :raises OSError: if it cannot be written.
        """

    @abstractmethod
    def close(self) -> None:
        """Complete the output.

        :raises OSError: if it cannot be written.
        """

    @abstractmethod
    def discard(self, error: BaseException) -> None:
        """Remove what is incomplete: the run failed with ``error``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.discard(error)
