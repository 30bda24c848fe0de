"""Objects of ``memory://``: other processes cannot see them, so they travel with their chunk."""

from __future__ import annotations

from dataclasses import replace

from cts_excel.batch.engines.chunks import Chunk
from cts_excel.batch.inputs.remote import opened

_MEMORY = "memory://"


def carrying(chunk: Chunk) -> Chunk:
    """Return the chunk with the objects that only this process can see."""
    urls = [found.path for _n, found in chunk.tasks if found.path.startswith(_MEMORY)]
    if not urls:
        return chunk
    system, _root = opened(_MEMORY)
    objects = tuple((url, system.cat_file(url)) for url in urls if system.exists(url))
    return replace(chunk, carried=objects)


def unloaded(chunk: Chunk) -> None:
    """Put a chunk's objects where this process looks for them; those of earlier chunks go."""
    if not chunk.carried:
        return
    system, _root = opened(_MEMORY)
    system.store.clear()
    for url, content in chunk.carried:
        system.pipe_file(url, content)
