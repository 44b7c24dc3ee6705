"""Tables, goals and the report, in Markdown that also reads well in a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """One table, with a sentence before it that says what was measured and how."""

    explanation: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        cells = [list(self.header), *[list(row) for row in self.rows]]
        widths = [max(len(row[column]) for row in cells) for column in range(len(self.header))]
        lines = [_line(row, widths) for row in cells]
        # The first column holds words, the others figures.
        rules = ["-" * (widths[0] + 2), *["-" * (width + 1) + ":" for width in widths[1:]]]
        lines.insert(1, f"|{'|'.join(rules)}|")
        return f"{self.explanation}\n\n" + "\n".join(lines)


@dataclass(frozen=True)
class Goal:
    """One goal: what was aimed at, and what was measured; `measured` is None where nothing was."""

    text: str
    limit: float
    unit: str
    measured: float | None

    def row(self) -> list[str]:
        if self.measured is None:
            return [self.text, self._figure(self.limit), "-", "not measured"]
        return [self.text, self._figure(self.limit), self._figure(self.measured), self._verdict(self.measured)]

    def _figure(self, value: float) -> str:
        if value == float("inf"):
            return "never"
        return f"{value:.2f}{self.unit}" if value < 10 else f"{value:.0f}{self.unit}"

    def _verdict(self, measured: float) -> str:
        if measured <= self.limit:
            return "met"
        if measured == float("inf"):
            return "missed"
        return f"missed: {measured / self.limit:.2f} times the goal"


def goals_table(goals: Sequence[Goal]) -> Table:
    return Table("Each figure is from the tables below.", ["goal", "at most", "measured", ""], [g.row() for g in goals])


def seconds(value: float) -> str:
    """Seconds, with as many digits as a wall clock on a busy machine deserves."""
    if value == float("inf"):
        return "never"
    return f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def times(value: float) -> str:
    """A ratio."""
    return "never" if value == float("inf") else f"{value:.2f}x"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if index == 0 else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "| " + " | ".join(cells) + " |"
