"""What a run costs the head node (CPU, memory) and slurmctld (RPCs)."""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..cluster import Cluster
from ..report import Goal, Table, seconds
from ..section import Plan, Section
from ..timing import Usage, usage_of

# Long enough for several watch calls.
WATCHED_SECONDS = 5
# slurm_load_job_user and its like; the load of the federation comes with each of them.
WATCH_CALLS = re.compile(r"^REQUEST_JOB(_USER)?_INFO|^REQUEST_JOB_INFO_SINGLE")
# Sent by the nodes, or by the measurement itself: not fleet's.
FOREIGN_CALLS = re.compile(r"^(REQUEST_STATS_INFO|REQUEST_COMPLETE_|REQUEST_STEP_COMPLETE|MESSAGE_)")


@dataclass(frozen=True)
class FootprintResult:
    """The plain runs, and one watched run with its RPC counts by type."""

    plain: tuple[Usage, ...]
    watched: Usage
    calls: Mapping[str, int]

    @property
    def cpu(self) -> float:
        return statistics.median(usage.cpu_seconds for usage in self.plain)

    @property
    def peak_rss(self) -> float:
        return max(usage.peak_rss_megabytes for usage in (*self.plain, self.watched))

    @property
    def watch_rate(self) -> float:
        """Watch calls per second; the one at the start has no second before it."""
        watches = sum(count for kind, count in self.calls.items() if WATCH_CALLS.match(kind))
        return max(0, watches - 1) / self.watched.seconds


class Footprint(Section[FootprintResult]):
    """From wait4(2) for the process, from sdiag for slurmctld."""

    name = "footprint"
    title = "What it costs the head node and slurmctld"
    goal_sizes = (256, 1000)

    def measure(self, cluster: Cluster, plan: Plan) -> FootprintResult:
        plain = []
        for _ in range(min(3, plan.rounds)):
            plain.append(usage_of(cluster.fleet_run("--", "true"), cluster.environment))
            cluster.drain()
        cluster.slurm(["sdiag", "--reset"])
        watched = usage_of(cluster.fleet_run("--", "sleep", str(WATCHED_SECONDS)), cluster.environment)
        calls = _calls(cluster.slurm(["sdiag"]))
        cluster.drain()
        return FootprintResult(tuple(plain), watched, calls)

    def tables(self, results: Mapping[int, FootprintResult]) -> Sequence[Table]:
        return [_process_table(results), _call_table(results)]

    def goals(self, results: Mapping[int, FootprintResult]) -> Sequence[Goal]:
        goals = []
        for size in self.goal_sizes:
            result = results.get(size)
            cpu = None if result is None else result.cpu / size * 1000
            rate = None if result is None else result.watch_rate
            goals.append(Goal(f"{size:,} nodes: CPU time of the head node, per node", 2, " ms", cpu))
            goals.append(Goal(f"{size:,} nodes: slurmctld's job-watch calls, per second", 1, "", rate))
        memory = results[1000].peak_rss if 1000 in results else None
        return [*goals, Goal("1,000 nodes: peak memory of fleet", 100, " MB", memory)]


def _process_table(results: Mapping[int, FootprintResult]) -> Table:
    rows = [
        [
            f"{size:,}",
            seconds(result.cpu),
            f"{result.cpu / size * 1000:.2f} ms",
            f"{result.peak_rss:.0f} MB",
            str(len(result.plain)),
            str(sum(usage.exit_code != 0 for usage in result.plain)),
        ]
        for size, result in results.items()
    ]
    return Table(
        "`fleet run -- true`, user and system time of fleet (median), and its peak resident memory:",
        ["nodes", "CPU", "per node", "peak memory", "runs", "of them failed"],
        rows,
    )


def _call_table(results: Mapping[int, FootprintResult]) -> Table:
    kinds = sorted({kind for result in results.values() for kind in result.calls})
    rows = [
        ["seconds of the run", *[seconds(result.watched.seconds) for result in results.values()]],
        ["exit code of the run", *[str(result.watched.exit_code) for result in results.values()]],
    ]
    for kind in kinds:
        rows.append([kind, *[_rate(result, kind) for result in results.values()]])
    return Table(
        f"`fleet run -- sleep {WATCHED_SECONDS}`: slurmctld's RPCs from fleet, by type: how many, and per second:",
        ["RPC", *[f"{size:,} nodes" for size in results]],
        rows,
    )


def _rate(result: FootprintResult, kind: str) -> str:
    count = result.calls.get(kind, 0)
    return f"{count:,} ({count / result.watched.seconds:.1f}/s)"


def _calls(sdiag: str) -> dict[str, int]:
    counts = re.findall(r"^\s+((?:REQUEST|MESSAGE)_\w+)\s+\(\s*\d+\)\s+count:(\d+)", sdiag, re.MULTILINE)
    return {kind: int(count) for kind, count in counts if not FOREIGN_CALLS.match(kind)}
