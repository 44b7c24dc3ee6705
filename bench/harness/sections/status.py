"""What `fleet status` costs against sinfo and scontrol, on slurmctlds that know many nodes and reach none."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cluster import Cluster, started_cloud
from ..report import Goal, Table, times
from ..section import Once, Plan, only
from ..timing import Usage, usage_of

# Once, whatever sizes were asked for: with the smallest cluster of them.
SMALL = 4
SIZES = (1000, 5000, 20000)
LARGEST = SIZES[-1]

FLEET_JSON = "fleet status --format json"
FLEET_TABLE = "fleet status --nodes-view"
FLEET_OVERVIEW = "fleet status"
SINFO = "sinfo"
SINFO_NODES = "sinfo -N"
SINFO_JSON = "sinfo --json"
SCONTROL = "scontrol -o show node"


@dataclass(frozen=True)
class StatusResult:
    """By number of nodes, then by command: one usage per round."""

    usages: Mapping[int, Mapping[str, tuple[Usage, ...]]]

    def ratio(self, size: int, one: str, other: str) -> float | None:
        """How many times as long one takes as the other; None where one of them was not measured."""
        by_name = self.usages.get(size, {})
        if not by_name.get(one) or not by_name.get(other):
            return None
        return _median(by_name[one]) / _median(by_name[other])


class Status(Once["StatusResult"]):
    """On clusters of powered-down cloud nodes of its own: they need no slurmd."""

    name = "status"
    title = "What fleet status costs"

    def measure_once(self, cluster: Cluster, plan: Plan) -> StatusResult:
        usages: dict[int, dict[str, tuple[Usage, ...]]] = {}
        for size in (SMALL, *SIZES):
            with started_cloud(size, Path(cluster.fleet)) as cloud:
                usages[size] = _by_turns(cloud, size, plan)
        return StatusResult(usages)

    def tables(self, results: Mapping[int, StatusResult | None]) -> Sequence[Table]:
        result = only(results)
        if result is None:
            return []
        header = ["command", "time", "fastest", "CPU", "peak memory", "runs", "of them failed", "sinfo = 1"]
        tables = []
        for size, by_name in result.usages.items():
            rows = [
                [f"`{name}`", *_figures(usages), times(_median(usages) / _median(by_name[SINFO]))]
                for name, usages in by_name.items()
                if usages
            ]
            tables.append(Table(f"{size:,} powered-down cloud nodes, by turns (medians):", header, rows))
        return [*tables, _growth(result)]

    def goals(self, results: Mapping[int, StatusResult | None]) -> Sequence[Goal]:
        result = only(results)

        def ratio(size: int, one: str, other: str) -> float | None:
            return None if result is None else result.ratio(size, one, other)

        usages = {} if result is None else result.usages.get(LARGEST, {})
        memory = max((usage.peak_rss_megabytes for usage in usages.get(FLEET_JSON, ())), default=None)
        small, large = ratio(SMALL, FLEET_JSON, SINFO), f"{LARGEST:,} nodes"
        growth = None
        if result is not None and SIZES[0] in result.usages and LARGEST in result.usages:
            growth = _per_node(result, LARGEST) / _per_node(result, SIZES[0])
        nodes, json = ratio(LARGEST, FLEET_JSON, SINFO_NODES), ratio(LARGEST, FLEET_JSON, SINFO_JSON)
        return [
            Goal(f"{large}: fleet's JSON, in sinfo's time", 1.5, "x", ratio(LARGEST, FLEET_JSON, SINFO)),
            Goal(f"{large}: fleet's node view, in sinfo's time", 2.0, "x", ratio(LARGEST, FLEET_TABLE, SINFO)),
            # The other way round, so that every goal is a limit from above: 30 times faster.
            Goal(f"{large}: fleet's JSON, in `sinfo -N`'s time / 30", 1, "x", nodes and nodes * 30),
            Goal(f"{large}: fleet's JSON, in `sinfo --json`'s time / 5", 1, "x", json and json * 5),
            Goal(f"{large}: peak memory of fleet's JSON", 150, " MB", memory),
            Goal(f"{SMALL} nodes: fleet's JSON, in sinfo's time", 2, "x", small),
            Goal(f"CPU time per node at {LARGEST:,} nodes, in that at {SIZES[0]:,}", 1.2, "x", growth),
        ]


def _commands(fleet: str) -> dict[str, list[str]]:
    commands = {
        SINFO: ["sinfo"],
        FLEET_JSON: [fleet, "status", "--format", "json"],
        FLEET_TABLE: [fleet, "status", "--nodes-view"],
        FLEET_OVERVIEW: [fleet, "status"],
        SCONTROL: ["scontrol", "-o", "show", "node"],
        SINFO_JSON: ["sinfo", "--json"],
    }
    # Quadratic in the nodes.
    commands[SINFO_NODES] = ["sinfo", "-N"]
    return commands


def _by_turns(cloud: Cluster, size: int, plan: Plan) -> dict[str, tuple[Usage, ...]]:
    commands = _commands(cloud.fleet)
    # The first of each reads plugins from disk; sinfo -N's are sinfo's.
    for name, command in commands.items():
        if name != SINFO_NODES:
            usage_of(command, cloud.environment)
    measured: dict[str, list[Usage]] = {name: [] for name in commands}
    rounds = max(5, plan.rounds)
    for index in range(rounds):
        for name, command in commands.items():
            # Half a minute and more for the most nodes.
            if name == SINFO_NODES and size > SIZES[0] and index > 0:
                continue
            measured[name].append(usage_of(command, cloud.environment))
    return {name: tuple(usages) for name, usages in measured.items()}


def _growth(result: StatusResult) -> Table:
    rows = [
        [f"{size:,}", f"{_cpu(result, size) * 1000:.0f} ms", f"{_per_node(result, size) * 1e6:.1f} µs"]
        for size in SIZES
        if size in result.usages
    ]
    return Table(
        f"`{FLEET_JSON}`, user and system time (median), and what one node takes of it beside the start-up, which the"
        f" cluster of {SMALL} nodes shows:",
        ["nodes", "CPU", "per node"],
        rows,
    )


def _cpu(result: StatusResult, size: int) -> float:
    return statistics.median(usage.cpu_seconds for usage in result.usages[size][FLEET_JSON])


def _per_node(result: StatusResult, size: int) -> float:
    return max(0.0, _cpu(result, size) - _cpu(result, SMALL)) / size


def _figures(usages: Sequence[Usage]) -> list[str]:
    return [
        _milliseconds(_median(usages)),
        _milliseconds(min(usage.seconds for usage in usages)),
        _milliseconds(statistics.median(usage.cpu_seconds for usage in usages)),
        f"{max(usage.peak_rss_megabytes for usage in usages):.0f} MB",
        str(len(usages)),
        str(sum(usage.exit_code != 0 for usage in usages)),
    ]


def _milliseconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def _median(usages: Sequence[Usage]) -> float:
    return statistics.median(usage.seconds for usage in usages)
