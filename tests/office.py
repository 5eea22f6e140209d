"""LibreOffice, as the tests use it: a workbook opened, recalculated and saved again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)

ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""


def resave(path: Path, folder: Path) -> Path:
    """Return a copy of a workbook that LibreOffice has opened, recalculated and saved."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    to = ["--convert-to", "xlsx", "--outdir", str(folder / "saved"), str(path)]
    subprocess.run([*command, *to], check=True, capture_output=True, timeout=180)
    return folder / "saved" / path.name
