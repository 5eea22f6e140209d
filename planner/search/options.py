"""Options of a search: when to stop, and on how many threads."""

from __future__ import annotations

from dataclasses import dataclass

from planner.case.finance import Settings


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line may say; None leaves it to the workbook's Settings.

    Attributes
    ----------
    gap : stop at this proven relative gap
    seconds : stop after this time
    threads : of the solver
    """

    gap: float | None = None
    seconds: float | None = None
    threads: int | None = None

    def over(self, settings: Settings) -> Options:
        """Return these options, with the workbook's settings where they say nothing."""
        return Options(
            gap=settings.mip_gap if self.gap is None else self.gap,
            seconds=settings.time_limit if self.seconds is None else self.seconds,
            threads=settings.threads if self.threads is None else self.threads,
        )

    def words(self) -> dict[str, str]:
        """Return the options by name, as the sheet Audit tells them."""
        return {
            "MIP gap": "not set" if self.gap is None else f"{self.gap:g}",
            "Time limit (s)": "not set" if self.seconds is None else f"{self.seconds:g}",
            "Threads": "all" if self.threads is None else str(self.threads),
        }
