"""Words: what the template says besides the names of sheets and columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """The template's sentences in one language; braces take the file's name.

    Attributes
    ----------
    steps : what to do, and the command that does it; "" where there is none
    colours : what the looks of a cell mean: input, required and optional header
    """

    read_me: str
    title: str
    purpose: str
    steps_heading: str
    steps: tuple[tuple[str, str], ...]
    colours_heading: str
    colours: tuple[str, str, str]
    sheets_heading: str
    sheet: str
    need: str
    holds: str
    needed: str
    optional: str
    unit: str
    blank_means: str
    column: str
    unknown_title: str
    unknown_name: str
    yes: str
    no: str


_ENGLISH = Words(
    read_me="README",
    title="What to buy, when, from whom, at least cost",
    purpose="This workbook is the input of a purchase plan. Fill in what vendors offer, what you "
    "have, what must be served and what may be spent; the planner picks what to purchase, lease, "
    "reserve and rent in each period.",
    steps_heading="Three steps",
    steps=(
        ("Fill in the yellow cells, from the left sheet to the right one.", ""),
        ("Check: every mistake is told at once, with its cell.", "planner check {file}"),
        ("Solve: the plan is written to a workbook beside this one.", "planner solve {file}"),
    ),
    colours_heading="What the colours mean",
    colours=(
        "to be filled in",
        "a column that every row needs",
        "a column that may stay blank; point at its name to read what a blank means",
    ),
    sheets_heading="The sheets",
    sheet="Sheet",
    need="Needed?",
    holds="What it holds",
    needed="needed",
    optional="optional",
    unit="Unit",
    blank_means="Blank",
    column="Column",
    unknown_title="New name",
    unknown_name="This name is not yet on the sheet that it belongs to. Keep it and add it there?",
    yes="yes",
    no="no",
)

_CHINESE = Words(
    read_me="说明",
    title="以最低成本决定买什么、何时买、向谁买",
    purpose="本工作簿是采购计划的输入。请填写供应商报价、现有设备、需要满足的需求以及可用预算；"
    "程序会为每个期间选出应购买、租赁、预留和按需租用的数量。",
    steps_heading="三个步骤",
    steps=(
        ("从左到右填写各表中的黄色单元格。", ""),
        ("检查：一次列出所有错误及其单元格。", "planner check {file}"),
        ("求解：采购计划写入同一文件夹中的另一个工作簿。", "planner solve {file}"),
    ),
    colours_heading="颜色的含义",
    colours=(
        "需要填写",
        "每一行都必须填写的列",
        "可以留空的列；将鼠标停在列名上可查看留空的含义",
    ),
    sheets_heading="各个工作表",
    sheet="工作表",
    need="是否必需",
    holds="内容",
    needed="必需",
    optional="可选",
    unit="单位",
    blank_means="留空",
    column="列名",
    unknown_title="新名称",
    unknown_name="该名称尚未出现在对应的工作表中。是否保留，并稍后在那里添加？",
    yes="是",
    no="否",
)

WORDS: Mapping[Language, Words] = MappingProxyType({"en": _ENGLISH, "zh": _CHINESE})
