"""Write the workbooks of this folder anew: ``python data/build.py``.

The same definitions give the same bytes, so a workbook that changed in a commit has a
definition that did.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from data.article_case import ARTICLE_CASE
from data.limits_cases import LIMITS_CASES
from data.needs_cases import NEEDS_CASES
from data.sample import Sample
from data.scenario_cases import SCENARIO_CASES
from data.small_cases import SMALL_CASES
from data.terms_cases import TERMS_CASES
from planner.case.case import Case, case_from_tables
from planner.case.finance import Settings
from planner.case.findings import Entry
from planner.workbook.template.samples import Rows, example_tables
from planner.workbook.template.template import write_template

FOLDER = Path(__file__).parent
BUILT_ON = "1798761600"
"""When the workbooks say they were made, in seconds since 1970: 2027-01-01."""
SPARE_ROWS = 20

CASES: Mapping[str, Sample] = MappingProxyType(
    {
        "article_case": ARTICLE_CASE,
        **SMALL_CASES,
        **TERMS_CASES,
        **NEEDS_CASES,
        **LIMITS_CASES,
        **SCENARIO_CASES,
    }
)
"""Every case of which the least cost is known, by the name of its workbook."""


def case_of(tables: Rows) -> Case:
    """Return the case that tables make."""
    return case_from_tables(
        {table: [Entry(dict(row), row) for row in rows] for table, rows in tables.items()}
    )


def build(folder: Path) -> None:
    """Write the workbooks into a folder."""
    os.environ["SOURCE_DATE_EPOCH"] = BUILT_ON
    write_template(folder / "example.xlsx", example_tables())
    for name, sample in CASES.items():
        (settings,) = sample.tables[Settings]
        named = settings.model_copy(update={"plan_name": sample.sentence})
        tables: Rows = {**sample.tables, Settings: (named,)}
        write_template(folder / f"{name}.xlsx", tables, spare_rows=SPARE_ROWS)


if __name__ == "__main__":
    build(FOLDER)
