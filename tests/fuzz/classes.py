"""Every class of mutation, and one mutated package of a class."""

from __future__ import annotations

import random

from more_structure import MORE
from mutations import Parts
from structure import BASIC, Mutation
from zip_forms import packed_otherwise

CLASSES: dict[str, tuple[Mutation, ...]] = {
    kind: (*BASIC.get(kind, ()), *MORE.get(kind, ())) for kind in dict.fromkeys((*BASIC, *MORE))
}
ZIP_FORMS = "zip forms"
KINDS = (*CLASSES, ZIP_FORMS)
_ALL = [mutation for group in CLASSES.values() for mutation in group]


def mutated(parts: Parts, kind: str, chance: random.Random) -> bytes:
    """Return a package with one or two mutations of a class, the second now and then of any."""
    changed = dict(parts)
    if kind != ZIP_FORMS:
        chance.choice(CLASSES[kind])(changed, chance)
    if chance.random() < 0.2:
        chance.choice(_ALL)(changed, chance)
    return packed_otherwise(changed, chance, unusual=kind == ZIP_FORMS)
