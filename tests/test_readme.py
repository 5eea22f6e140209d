"""The README's promises: its commands, its snippet, and the pages it points to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from planner.cli import app
from planner.console import Exit
from planner.model.formulation import PAGE, formulate

README = Path("README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the README's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_ci_runs_the_readmes_test_command() -> None:
    """The README has one test command, and .ci/run takes it from there."""
    commands = [line for line in README.splitlines() if "python -m pytest" in line]
    assert len(commands) == 1
    assert "grep -F 'python -m pytest' README.md" in Path(".ci/run").read_text(encoding="utf-8")


def test_the_snippet_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python of the README runs as it stands, and leaves a plan."""
    (snippet,) = blocks("python")
    shutil.copytree("data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    exec(snippet, {})  # noqa: S102  our own README
    assert (tmp_path / "example-plan.xlsx").exists()


def test_the_commands_exist() -> None:
    """Every planner command that the README shows is one, with the options it shows."""
    shown = re.findall(r"^planner (\w+)([^#\n]*)", "".join(blocks("sh")), flags=re.MULTILINE)
    assert {name for name, _ in shown} == {
        "template",
        "check",
        "solve",
        "verify",
        "encrypt",
        "redact",
        "audit",
    }
    told = "".join(CliRunner().invoke(app, [name, "--help"]).output for name, _ in shown)
    for option in (
        "--gap",
        "--time-limit",
        "--threads",
        "--json",
        "--quiet",
        "--example",
        "--lang",
        "--audit-log",
        "--password-file",
        "--head",
    ):
        assert option in README
        assert option in told


def test_the_exit_codes_are_those_of_the_program() -> None:
    """The README's table of exit codes is the program's."""
    table = re.findall(r"^\| (\d+) \|", README, flags=re.MULTILINE)
    assert [int(code) for code in table] == sorted(code.value for code in Exit)


def test_the_pages_it_points_to_exist() -> None:
    """No link of the README is dead."""
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert all(Path(link).exists() for link in links)


def test_the_formulation_is_fresh() -> None:
    """planner/model/README.md is what the families' docstrings say now."""
    assert PAGE.read_text(encoding="utf-8") == formulate()
