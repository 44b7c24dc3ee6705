"""One node of the cluster hangs: what becomes of the others' results."""

import json
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..cluster import Cluster
from ..report import Goal, Table, seconds, times
from ..section import Plan, Section
from ..timing import Lines, lines_of, ratio

# Up to this size also with a payload that still runs when Slurm gives up the frozen node: that takes minutes.
LONG_PAYLOAD_MAX = 256
# Slurm gives up a step that does not end after UnkillableStepTimeout, 60 s, and drains its node.
LINGER_SECONDS = 80
# How a look reaches the nodes: root's way, and a user's.
LOOK_WAYS = ("direct", "srun")
HEALTHY, FROZEN, KILLED = "healthy", "one frozen", "one killed"


@dataclass(frozen=True)
class FaultRun:
    """One run, and, where that was waited for, the healthy nodes that Slurm drained because of it."""

    label: str
    output: Lines
    drained: Sequence[str] | None = None

    @property
    def rows(self) -> list[tuple[float, dict[str, Any]]]:
        """fleet's rows, with the moment at which each arrived."""
        read = [(moment, json.loads(line)) for moment, line in self.output.lines if line.startswith("{")]
        return [(moment, row) for moment, row in read if "outcome" in row]

    @property
    def results(self) -> list[float]:
        """When each node's whole result arrived: fleet's row of a command that ended well, or srun's last line."""
        done = [moment for moment, line in self.output.lines if line.rstrip().endswith(": done")]
        return done + [moment for moment, row in self.rows if row["outcome"] == "finished" and row["exit_code"] == 0]


@dataclass
class FaultResult:
    """All runs on one cluster: of fleet by turns on a healthy cluster and with a frozen node, then the others."""

    healthy: list[FaultRun] = field(default_factory=list)
    frozen: list[FaultRun] = field(default_factory=list)
    others: list[FaultRun] = field(default_factory=list)
    # `fleet run --read-only`, by who runs it and what becomes of the node.
    looks: dict[tuple[str, str], list[FaultRun]] = field(default_factory=dict)


class Faults(Section[FaultResult]):
    """The slurmd of one node is stopped (SIGSTOP) before the run: to Slurm it looks idle, and never answers."""

    name = "faults"
    title = "One frozen node"
    goal_sizes = (256,)

    def measure(self, cluster: Cluster, plan: Plan) -> FaultResult:
        result = FaultResult()
        for _ in range(plan.fault_rounds):
            result.healthy.append(FaultRun("", lines_of(_fleet(cluster, "true"), cluster.environment, _limit(cluster))))
            cluster.drain()
            result.frozen.append(_frozen(cluster, "fleet, `true`", _fleet(cluster, "true")))
            for way in LOOK_WAYS:
                for fate in (HEALTHY, FROZEN, KILLED):
                    result.looks.setdefault((way, fate), []).append(_look(cluster, way, fate))
        result.others.append(_frozen(cluster, "srun, `echo done`", cluster.srun("echo", "done")))
        if cluster.size <= LONG_PAYLOAD_MAX:
            command = f"sleep {_pause(cluster)}; echo done"
            payload = ["sh", "-c", command]
            for label, line in (("fleet", _fleet(cluster, *payload)), ("srun", cluster.srun(*payload))):
                result.others.append(_frozen(cluster, f"{label}, `{command}`", line, LINGER_SECONDS))
        return result

    def tables(self, results: Mapping[int, FaultResult]) -> Sequence[Table]:
        ends = [_end_table(size, result) for size, result in results.items()]
        return [_arrival_table(results), _look_table(results), *ends]

    def goals(self, results: Mapping[int, FaultResult]) -> Sequence[Goal]:
        measured = _slowdown(256, results[256]) if 256 in results else None
        goals = [Goal("1 of 256 nodes frozen: time to 255 rows, in the healthy time", 1.2, "x", measured)]
        for way in LOOK_WAYS:
            for fate in (FROZEN, KILLED):
                words = f"256 nodes, {fate}: --read-only --via {way}: time to 255 rows, in the healthy time"
                slower = _look_slowdown(256, results[256], way, fate) if 256 in results else None
                goals.append(Goal(words, 1.2, "x", slower))
        return goals


def _pause(cluster: Cluster) -> int:
    return cluster.launch_timeout + 10


def _limit(cluster: Cluster) -> int:
    return 4 * _pause(cluster) + 120


def _fleet(cluster: Cluster, *payload: str) -> list[str]:
    return cluster.fleet_run("--format", "jsonl", "--timeout", f"{_pause(cluster) + 60}s", "--", *payload)


def _frozen(cluster: Cluster, label: str, command: Sequence[str], linger: float = 0) -> FaultRun:
    with cluster.frozen(cluster.nodes[cluster.size // 2], linger) as drained:
        output = lines_of(command, cluster.environment, _limit(cluster))
    return FaultRun(label, output, drained if linger > 0 else None)


def _look(cluster: Cluster, way: str, fate: str) -> FaultRun:
    command = cluster.fleet_run("--format", "jsonl", "--read-only", "--via", way, "--", "true")
    if fate == FROZEN:
        return _frozen(cluster, fate, command)
    if fate == KILLED:
        with cluster.killed(cluster.nodes[cluster.size // 2]):
            return FaultRun(fate, lines_of(command, cluster.environment, _limit(cluster)))
    run = FaultRun(fate, lines_of(command, cluster.environment, _limit(cluster)))
    cluster.drain()
    return run


def _until_others(size: int, runs: Sequence[FaultRun]) -> float:
    """The median time until all nodes but one have given their result; infinite if that failed in most runs."""
    return statistics.median(
        sorted(run.results)[size - 2] if len(run.results) >= size - 1 else float("inf") for run in runs
    )


def _slowdown(size: int, result: FaultResult) -> float:
    return ratio(_until_others(size, result.frozen), _until_others(size, result.healthy))


def _look_slowdown(size: int, result: FaultResult, way: str, fate: str) -> float:
    return ratio(_until_others(size, result.looks[way, fate]), _until_others(size, result.looks[way, HEALTHY]))


def _look_table(results: Mapping[int, FaultResult]) -> Table:
    rows = []
    for size, result in results.items():
        for (way, fate), runs in result.looks.items():
            rows.append(
                [
                    f"{size:,} nodes, --via {way}, {fate}",
                    seconds(_until_others(size, runs)),
                    times(_look_slowdown(size, result, way, fate)),
                    seconds(statistics.median(run.output.seconds for run in runs)),
                    str(len(runs)),
                ]
            )
    return Table(
        "`fleet run --read-only --format jsonl -- true`, which asks nodes in groups: time until the results of all nodes"
        " but one have arrived (medians, by turns), and until the run ends:",
        ["", "all but one", "healthy = 1", "end", "runs"],
        rows,
    )


def _arrival_table(results: Mapping[int, FaultResult]) -> Table:
    rows = [
        [
            f"{size:,}",
            seconds(_until_others(size, result.healthy)),
            seconds(_until_others(size, result.frozen)),
            times(_slowdown(size, result)),
            seconds(statistics.median(run.output.seconds for run in result.frozen)),
            str(len(result.frozen)),
        ]
        for size, result in results.items()
    ]
    return Table(
        "`fleet run --format jsonl -- true`, time until the results of all nodes but one have arrived (medians; healthy"
        " and frozen by turns), and until the run with the frozen node ends:",
        ["nodes", "healthy", "one frozen", "ratio", "end", "runs each"],
        rows,
    )


def _end_table(size: int, result: FaultResult) -> Table:
    return Table(
        f"{size:,} nodes, one of them frozen: how many of the other {size - 1:,} gave their result, how the run ended,"
        f" and, where the node hung on for {LINGER_SECONDS} s, which healthy nodes Slurm drained ('Kill task failed'):",
        ["", "results", "exit code", "end", "fleet's rows", "drained"],
        [_end_row(run) for run in (result.frozen[-1], *result.others)],
    )


def _end_row(run: FaultRun) -> list[str]:
    outcomes = Counter(row["outcome"] for _, row in run.rows)
    return [
        run.label,
        f"{len(run.results):,}",
        "killed" if run.output.exit_code is None else str(run.output.exit_code),
        seconds(run.output.seconds),
        ", ".join(f"{number:,} {outcome}" for outcome, number in outcomes.most_common()) or "-",
        "" if run.drained is None else ", ".join(run.drained) or "none",
    ]
