"""Counts a score from the exported rows alone: plain CSV in, JSON out, nothing of the product imported.

python score_check.py rows.csv
"""

import csv
import json
import sys
from fractions import Fraction
from itertools import zip_longest
from pathlib import Path

HEAD = ["评估表", "占比（%）", "部分", "权重", "编号", "评估项", "否决项", "评估人员", "评分", "原因"]


def table(path: str) -> list[dict[str, str]]:
    lines = list(csv.reader(Path(path).read_text(encoding="utf-8").splitlines()))
    at = next(number for number, line in enumerate(lines) if line[: len(HEAD)] == HEAD)
    return [dict(zip_longest(lines[at], line, fillvalue="")) for line in lines[at + 1 :] if any(line)]


def mean(parts: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    total = sum(weight for weight, _value in parts)
    return sum(weight * value for weight, value in parts) / total if total else None


def main(path: str) -> dict[str, object]:
    forms: dict[tuple[str, str], dict[tuple[str, str], dict[str, list[dict[str, str]]]]] = {}
    for row in table(path):
        sections = forms.setdefault((row["评估表"], row["占比（%）"]), {})
        items = sections.setdefault((row["部分"], row["权重"]), {})
        items.setdefault(row["编号"], []).append(row)
    vetoes, told = [], []
    for (_form, percent), sections in forms.items():
        weighed = []
        for (_section, weight), items in sections.items():
            counted = []
            for code, rows in items.items():
                settled = rows[0]["会商结果"]
                given = [settled] if settled else [row["评分"] for row in rows]
                numbers = [Fraction(value.split(".")[0]) for value in given if value[:1].isdigit()]
                if not numbers:
                    continue
                points = sum(numbers, Fraction()) / len(numbers)
                counted.append((Fraction(1), points * 20))
                if rows[0]["否决项"] and not points:
                    vetoes.append(code)
            if (value := mean(counted)) is not None:
                weighed.append((Fraction(weight), value))
        if (value := mean(weighed)) is not None:
            told.append((Fraction(percent), value))
    exact = mean(told)
    if exact is None:
        return {"total": None, "grade": "", "vetoes": vetoes}
    hundredths = (exact * 200 + 1) // 2
    grade = "优" if hundredths >= 9000 else "良" if hundredths >= 7500 else "中" if hundredths >= 6000 else "差"
    total = f"{hundredths // 100}.{hundredths % 100:02d}"
    return {"total": total, "grade": "差" if vetoes else grade, "vetoes": vetoes}


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(json.dumps(main(sys.argv[1]), ensure_ascii=False))
