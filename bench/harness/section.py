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

    @abstractmethod
    def measure(self, cluster: Cluster, plan: Plan) -> Result:
        """Measures on one cluster, which is idle before and must be idle after."""

    @abstractmethod
    def tables(self, results: Mapping[int, Result]) -> Sequence[Table]:
        """The section's tables, from the results by cluster size."""

    def goals(self, results: Mapping[int, Result]) -> Sequence[Goal]:
        """The section's goals; one whose size was not measured stays in, without a figure."""
        return []
