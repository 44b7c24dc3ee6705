"""What a section of the benchmark is: to add one, write a class and name it in sections/__init__.py."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from .cluster import Cluster
from .report import Goal, Table

Result = TypeVar("Result")


@dataclass(frozen=True)
class Plan:
    """How often things are measured on a cluster of one size."""

    rounds: int
    slow_rounds: int
    fault_rounds: int


class Section(ABC, Generic[Result]):
    """One chapter of the report: measured once per cluster size, written when all sizes are through."""

    name: str
    title: str
    goal_sizes: Sequence[int] = ()
    """The cluster sizes that it has goals for; none where any size serves."""

    @abstractmethod
    def measure(self, cluster: Cluster, plan: Plan) -> Result:
        """Measures on one cluster, which is idle before and must be idle after."""

    @abstractmethod
    def tables(self, results: Mapping[int, Result]) -> Sequence[Table]:
        """The section's tables, from the results by cluster size."""

    def goals(self, results: Mapping[int, Result]) -> Sequence[Goal]:
        """The section's goals; one whose size was not measured stays in, without a figure."""
        return []


class Once(Section["Result | None"], Generic[Result]):
    """A section that is measured on the first cluster that suits it, whatever sizes were asked for; elsewhere None."""

    def __init__(self) -> None:
        self._is_measured = False

    def suits(self, cluster: Cluster) -> bool:
        """Whether it can be measured on this cluster."""
        return True

    def measure(self, cluster: Cluster, plan: Plan) -> Result | None:
        if self._is_measured or not self.suits(cluster):
            return None
        result = self.measure_once(cluster, plan)
        # Where it failed it is tried on the next cluster.
        self._is_measured = True
        return result

    @abstractmethod
    def measure_once(self, cluster: Cluster, plan: Plan) -> Result:
        """Measures, as in ``measure``."""


def only(results: Mapping[int, Result | None]) -> Result | None:
    """What was measured once, of the results by cluster size."""
    return next((result for result in results.values() if result is not None), None)
