"""Pairs of unusually similar audits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sample_outcomes import columns_of, crowd, outcome
from summary_files import opened, table, write

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.summary.figures.similarity import SimilarPair, find_similar_pairs
from cts_excel.summary.figures.statistics import Figures

_OWN = "{}于{}查阅{}的第{}号记录，{}名人员陈述一致，编号{}{}"


def _varied(n: int) -> Outcome:
    """Make an audit whose evidence and ratings are its own."""
    base = crowd(30)[n % 30]
    assert base.audit
    ratings = tuple(
        replace(r, evidence=_OWN.format(
            "甲乙丙丁戊己庚辛"[(n + k) % 8] * 2, 1000 * n + k * 7, r.clause, 31 * n + k, n + k,
            chr(0x4E00 + 613 * n + 17 * k), chr(0x5E00 + 211 * n + 29 * k)))
        for k, r in enumerate(base.audit.ratings)
    )  # fmt: skip
    cover = replace(base.audit.cover, organisation=f"公司{n}", uscc="")
    return replace(base, audit=replace(base.audit, ratings=ratings, cover=cover), file=f"{n}.xlsx")


def _with(made: Outcome, organisation: str, **ratings: object) -> Outcome:
    assert made.audit
    cover = replace(made.audit.cover, organisation=organisation)
    audit = replace(made.audit, cover=cover, **ratings)
    return replace(made, audit=audit, file=f"{organisation}.xlsx")


def _found(outcomes: list[Outcome]) -> list[tuple[set[str], SimilarPair]]:
    assert all(one.status is Status.GRADED for one in outcomes)
    columns = columns_of(outcomes)
    pairs = find_similar_pairs(Figures(columns))
    return [({columns.rated_file(row).organisation for row in (p.a, p.b)}, p) for p in pairs]


def test_different_audits_give_no_lead() -> None:
    assert _found([_varied(n) for n in range(20)]) == []


def test_copied_evidence_is_found_although_words_were_changed() -> None:
    field = [_varied(n) for n in range(20)]
    audit = field[3].audit
    assert audit
    copied = tuple(
        replace(own, evidence=source.evidence.replace("陈述", "口述"))
        for own, source in zip(field[9].audit.ratings, audit.ratings, strict=True)  # type: ignore[union-attr]
    )
    field[9] = _with(field[9], "抄写公司", ratings=copied)
    ((names, pair),) = _found(field)
    assert names == {"公司3", "抄写公司"}
    assert pair.by_text
    assert not pair.by_score
    assert pair.texts == pair.compared == 50
    assert "陈述" in pair.shared or "口述" in pair.shared


def test_copied_scores_are_found_although_four_were_changed() -> None:
    field = [_varied(n) for n in range(20)]
    audit, own = field[3].audit, field[9].audit
    assert audit
    assert own
    copied = tuple(
        mine if k % 13 == 0 else replace(mine, percent=source.percent, band=source.band)
        for k, (mine, source) in enumerate(zip(own.ratings, audit.ratings, strict=True))
    )
    field[9] = _with(field[9], "抄分公司", ratings=copied)
    ((names, pair),) = _found(field)
    assert names == {"公司3", "抄分公司"}
    assert pair.by_score
    assert not pair.by_text
    assert pair.same >= 46
    assert pair.expected < 10


def test_boilerplate_and_flat_scores_are_no_lead() -> None:
    made = [outcome(f"公司{n}", "0.85", number=n) for n in range(40)]
    assert _found(made) == []


def test_audits_of_one_client_are_not_compared() -> None:
    field = [_varied(n) for n in range(20)]
    again = _with(field[3], "公司3")
    assert _found([*field, replace(again, file="again.xlsx")]) == []


def test_the_sheet_names_both_files_and_the_shared_text(tmp_path: Path) -> None:
    field = [_varied(n) for n in range(12)]
    field.append(_with(field[2], "抄写公司"))
    found = opened(write(tmp_path / "s.xlsx", field))["雷同线索"]
    (row,) = table(found, "线索")
    assert row["线索"] == "证据、评分"
    assert {row["企业甲"], row["企业乙"]} == {"公司2", "抄写公司"}
    assert (row["相似证据条数"], row["相同评分项数"]) == (50, 50)
    assert "查阅" in str(row["共同文字（甲的原文）"])
