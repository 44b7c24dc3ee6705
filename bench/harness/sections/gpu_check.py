"""What gpu-check costs: a sweep against `fleet run -- true`, and reading and judging the answers of 1,000 nodes."""

import json
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cluster import Cluster, started_whole
from ..report import Goal, Table, seconds, times
from ..section import Plan, Section
from ..timing import Usage, usage_of

# Whole nodes, each with a file system of its own, are started for the sweep: more do not fit beside the others.
SWEEP_NODES = 64
JUDGED_NODES = 1000
GPUS = 8


@dataclass(frozen=True)
class GPUCheckResult:
    """The sweeps, in turns, and the judgements of a run whose fleet is gone."""

    plain: tuple[Usage, ...]
    checked: tuple[Usage, ...]
    judged: tuple[Usage, ...]
    record_bytes: int

    @property
    def ratio(self) -> float:
        return _median(self.checked) / _median(self.plain)


class GPUCheck(Section["GPUCheckResult | None"]):
    """On a cluster of whole nodes of its own, at the size of the goal alone."""

    name = "gpu-check"
    title = "What gpu-check costs"

    def measure(self, cluster: Cluster, plan: Plan) -> GPUCheckResult | None:
        if cluster.size != SWEEP_NODES:
            return None
        with started_whole(SWEEP_NODES, Path(cluster.fleet), GPUS) as whole:
            plain = whole.fleet_run("--", "true")
            check = [whole.fleet, "gpu-check", "--run-dir", str(whole.run_folder)]
            usage_of(plain, whole.environment)
            whole.drain()
            plains, checks = [], []
            for _ in range(plan.rounds):
                for command, usages in ((plain, plains), (check, checks)):
                    usages.append(usage_of(command, whole.environment))
                    whole.drain()
            # Jobs keep their answers under names that can be counted on.
            usage_of([*check, "--via", "job"], whole.environment)
            run = _last_run(whole.run_folder)
            size = _grow(run, JUDGED_NODES)
            judged = []
            for _ in range(min(3, plan.rounds)):
                _forget_rows(run)
                attach = [whole.fleet, "attach", "--run-dir", str(whole.run_folder), run.name]
                judged.append(usage_of(attach, whole.environment))
            return GPUCheckResult(tuple(plains), tuple(checks), tuple(judged), size)

    def tables(self, results: Mapping[int, GPUCheckResult | None]) -> Sequence[Table]:
        result = results.get(SWEEP_NODES)
        if result is None:
            return []
        rows = [
            ["`fleet run -- true`", *_figures(result.plain), times(1)],
            ["`fleet gpu-check`", *_figures(result.checked), times(result.ratio)],
        ]
        judged = ["`fleet attach`", *_figures(result.judged), f"{result.record_bytes:,} bytes"]
        header = ["command", "time", "CPU", "peak memory", "runs", "of them failed"]
        return [
            Table(f"{SWEEP_NODES} whole nodes of {GPUS} GPUs, runs in turns (medians):", [*header, "ratio"], rows),
            Table(
                f"Reading, judging and comparing the answers of {JUDGED_NODES:,} nodes of {GPUS} GPUs, kept in a run"
                " directory:",
                [*header, "an answer"],
                [judged],
            ),
        ]

    def goals(self, results: Mapping[int, GPUCheckResult | None]) -> Sequence[Goal]:
        result = results.get(SWEEP_NODES)
        cpu = None if result is None else statistics.median(usage.cpu_seconds for usage in result.judged)
        memory = None if result is None else max(usage.peak_rss_megabytes for usage in result.judged)
        return [
            Goal(f"{SWEEP_NODES} nodes: gpu-check against `fleet run -- true`", 1.3, "x", result and result.ratio),
            Goal(f"{JUDGED_NODES:,} nodes of {GPUS} GPUs: CPU time to read and judge", 1.5, " s", cpu),
            Goal(f"{JUDGED_NODES:,} nodes of {GPUS} GPUs: peak memory", 200, " MB", memory),
        ]


def _figures(usages: Sequence[Usage]) -> list[str]:
    return [
        seconds(_median(usages)),
        seconds(statistics.median(usage.cpu_seconds for usage in usages)),
        f"{max(usage.peak_rss_megabytes for usage in usages):.0f} MB",
        str(len(usages)),
        str(sum(usage.exit_code != 0 for usage in usages)),
    ]


def _median(usages: Sequence[Usage]) -> float:
    return statistics.median(usage.seconds for usage in usages)


def _last_run(folder: Path) -> Path:
    return max(path for path in folder.iterdir() if (path / "run.json").exists())


def _grow(run: Path, size: int) -> int:
    """Makes the run one of `size` nodes with the same answer as its first; the bytes of one."""
    first = next(path for path in (run / "records").iterdir() if re.fullmatch(r"gpu-1\.\d+", path.name))
    record = first.read_bytes()
    cut = record.rindex(b"\nfleet-record/1 ")
    answer, trailer = record[:cut], record[cut:].decode()
    for path in (run / "records").iterdir():
        path.unlink()
    targets = json.loads((run / "targets.json").read_text())
    target = json.dumps(next(target for target in targets if target["node"]["name"] == "gpu-1"))
    grown, journal = [], []
    for number in range(1, size + 1):
        line = re.sub(r" node=\S+", f" node=gpu-{number}", trailer)
        line = re.sub(r" job=\S+", f" job={number}", line)
        (run / "records" / f"gpu-{number}.{number}").write_bytes(answer + line.encode())
        grown.append(json.loads(target.replace('"gpu-1"', f'"gpu-{number}"')))
        journal.append(json.dumps({"submitted": {"node": f"gpu-{number}", "_1": {"attempt": 1, "job": number}}}))
    (run / "targets.json").write_text(json.dumps(grown))
    (run / "submitted.jsonl").write_text("\n".join(journal) + "\n")
    manifest = json.loads((run / "run.json").read_text())
    manifest.update(nodeCount=size, nodes=f"gpu-[1-{size}]")
    (run / "run.json").write_text(json.dumps(manifest))
    return len(record)


def _forget_rows(run: Path) -> None:
    """As a fleet that was killed after its last submission leaves a run."""
    (run / "journal.jsonl").write_bytes((run / "submitted.jsonl").read_bytes())
    (run / "summary.json").unlink(missing_ok=True)
