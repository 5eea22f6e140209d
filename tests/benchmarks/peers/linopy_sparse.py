"""linopy's sparse model: every nonzero is an entry, summed over the row that it belongs to."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from tests.benchmarks.peers.linopy_model import TERM, Columns
from tests.benchmarks.source import Source

ENTRY, ROW = "entry", "row"


class WAY(Columns):
    """One expression and one `groupby(row).sum()` for each sense."""

    def prepare(self, source: Source) -> None:
        """Read the arrays, and choose the semantics that the sparse model needs."""
        super().prepare(source)
        linopy.options["semantics"] = "v1"
        self.options = {"sparse": True}

    def add_rows(self) -> None:
        """Add the rows of each sense."""
        given, row_of = self.problem, self.problem.row_of
        for sense, rows, side in self.by_sense():
            entries = np.flatnonzero(np.isin(row_of, rows))
            place = pd.RangeIndex(len(entries), name=ENTRY)
            terms = xr.Dataset(
                {
                    "coeffs": ((ENTRY, TERM), given.coefficient[entries, None]),
                    "vars": ((ENTRY, TERM), self.labels[given.index[entries], None]),
                },
                coords={ENTRY: place},
            )
            belongs = pd.Series(row_of[entries], index=place, name=ROW)
            body = linopy.LinearExpression(terms, self.model).groupby(belongs).sum()
            limit = xr.DataArray(side, coords=[pd.Index(rows, name=ROW)])
            self.model.add_constraints(body, sense, limit)
