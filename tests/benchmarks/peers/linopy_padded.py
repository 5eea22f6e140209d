"""linopy's rectangles: rows of about the same length share one, and are padded to its width."""

from __future__ import annotations

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from tests.benchmarks.peers.linopy_model import TERM, Columns

ROW = "row"
NOTHING = -1
"""linopy's label for no variable."""


class WAY(Columns):
    """One rectangle for each sense and each power of two of terms."""

    def add_rows(self) -> None:
        """Add the rows, rectangle by rectangle."""
        given = self.problem
        lengths = np.diff(given.start)
        for sense, rows, side in self.by_sense():
            classes = np.ceil(np.log2(np.maximum(lengths[rows], 1))).astype(int)
            for one in np.unique(classes):
                is_here = classes == one
                self._add(sense, rows[is_here], side[is_here])

    def _add(self, sense: str, rows: np.ndarray, side: np.ndarray) -> None:
        given = self.problem
        lengths = np.diff(given.start)[rows]
        place = np.arange(lengths.max())
        is_term = place < lengths[:, None]
        entries = np.where(is_term, given.start[rows][:, None] + place, 0)
        terms = xr.Dataset(
            {
                "coeffs": ((ROW, TERM), np.where(is_term, given.coefficient[entries], np.nan)),
                "vars": (
                    (ROW, TERM),
                    np.where(is_term, self.labels[given.index[entries]], NOTHING),
                ),
            },
            coords={ROW: pd.Index(rows, name=ROW)},
        )
        limit = xr.DataArray(side, coords=[pd.Index(rows, name=ROW)])
        self.model.add_constraints(linopy.LinearExpression(terms, self.model), sense, limit)
