"""The solver: HiGHS on arrays."""

from __future__ import annotations

from collections.abc import Sequence

import highspy
import numpy as np

from tests.oracle.sums import ANY_SIGN, WHOLE, YES_OR_NO, Variable

TOLERANCE = 1e-9


class Solver:
    """HiGHS on rows of variables, each of its kind."""

    def __init__(self, rows: np.ndarray, costs: np.ndarray, columns: Sequence[Variable]) -> None:
        self._highs = highspy.Highs()
        for name, value in {
            "output_flag": False,
            "presolve": "off",  # after it HiGHS 1.16 calls some small problems infeasible
            "mip_rel_gap": 0.0,
            "mip_abs_gap": TOLERANCE,
            "mip_feasibility_tolerance": TOLERANCE,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        }.items():
            self._highs.setOptionValue(name, value)
        at, column = np.nonzero(rows)
        program = highspy.HighsLp()
        program.num_row_, program.num_col_ = rows.shape
        program.col_cost_ = costs
        self._least = np.array([-np.inf if one[0] in ANY_SIGN else 0.0 for one in columns])
        program.col_lower_ = self._least
        self._most = np.array([1.0 if one[0] in YES_OR_NO else np.inf for one in columns])
        program.col_upper_ = self._most
        program.row_lower_ = np.full(len(rows), -np.inf)
        program.row_upper_ = np.full(len(rows), np.inf)
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.searchsorted(at, np.arange(len(rows) + 1))
        program.a_matrix_.index_ = column
        program.a_matrix_.value_ = rows[at, column]
        whole = [one[0] in (*WHOLE, *YES_OR_NO) for one in columns]
        if any(whole):
            kinds = highspy.HighsVarType
            program.integrality_ = [
                kinds.kInteger if is_whole else kinds.kContinuous for is_whole in whole
            ]
        self._highs.passModel(program)

    def solve(
        self, lower: np.ndarray, upper: np.ndarray, closed: Sequence[int] = ()
    ) -> np.ndarray | None:
        """Return the best values between these bounds of the rows; None where there are none.

        The variables at the places of `closed` are 0.
        """
        if not len(self._most):  # HiGHS does not look at rows of nothing
            return np.zeros(0) if np.all(lower <= 0) and np.all(upper >= 0) else None
        self._highs.changeRowsBounds(len(lower), np.arange(len(lower)), lower, upper)
        most = self._most.copy()
        most[list(closed)] = 0.0
        self._highs.changeColsBounds(len(most), np.arange(len(most)), self._least, most)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return np.array(self._highs.getSolution().col_value)
        impossible = (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        )
        if status not in impossible:
            raise RuntimeError(f"HiGHS stopped with {self._highs.modelStatusToString(status)}")
        return None
