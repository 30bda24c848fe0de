"""The peer: the script that offices write today, with pandas and openpyxl.

Reads every sheet of every workbook, sums weight x percentage, subtracts the special items, looks up
the level and writes one table. It checks nothing: that is the work it is compared for.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

LEVELS = ((95, "五星级"), (90, "四星级"), (80, "三星级"), (70, "达标级"))


def grade(path: Path) -> dict[str, object]:
    """Read one workbook the way it is usually done."""
    sheets = pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    cover, table, special = sheets["封面"], sheets["评分表"], sheets["特别项"]
    labels = {str(row[1]): row[2] for row in cover.itertuples(index=False) if len(row) > 2}
    header = int(table.index[table.eq("条款").any(axis=1)][0])
    table.columns = [str(name) for name in table.iloc[header]]
    rows = table.iloc[header + 1 :]
    rows = rows[rows["条款"].astype(str).str.match(r"^\d+\.\d+\.\d+\.\d+$")]
    weights = pd.to_numeric(rows["分值"], errors="coerce")
    percents = pd.to_numeric(rows["评分比例"], errors="coerce")
    base = float((weights * percents).sum())
    entries = special[special[0].apply(lambda v: isinstance(v, (int, float))) & special[3].notna()]
    numbers = entries[0].tolist()
    first_bonus = next((n for n in range(1, len(numbers)) if numbers[n] <= numbers[n - 1]), None)
    deductions = len(numbers) if first_bonus is None else first_bonus
    bonus = min(1, len(numbers) - deductions)
    final = max(0.0, base - deductions + bonus)
    level = next((name for least, name in LEVELS if final >= least), "未达标")
    return {
        "文件": path.name,
        "企业名称": labels.get("企业名称"),
        "项目编号": labels.get("项目编号"),
        "基础得分": base,
        "最终得分": final,
        "级别": level,
    }


def main() -> None:
    """Grade a folder into one table: ``todays_script.py FOLDER OUT.xlsx``."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    rows = []
    for path in sorted(folder.rglob("*.xlsx")):
        try:
            rows.append(grade(path))
        except Exception as error:  # noqa: BLE001 - such scripts pass over what they cannot read
            print(f"{path}: {error}", file=sys.stderr)
    results = pd.DataFrame(rows)
    results.sort_values("最终得分", ascending=False).to_excel(out, index=False)


if __name__ == "__main__":
    main()
