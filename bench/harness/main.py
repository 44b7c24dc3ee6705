"""Arguments, the way through sizes and sections, and the report."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from . import cluster, machine
from .cluster import BENCH
from .report import Goal, goals_table
from .section import Plan
from .sections import SECTIONS

NODE_MEGABYTES = 8
SPARE_MEGABYTES = 3000
TOOLS = ("hyperfine", "clush", "pdsh", "srun", "slurmctld")


def main() -> int:
    """Measures, prints the report, and writes it where it was asked for; the exit code."""
    options = _options()
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"bench: not installed: {', '.join(missing)} (scripts/install-dependencies --bench)", file=sys.stderr)
        return 69
    if os.geteuid() != 0:
        print("bench: must be root: it starts Slurm clusters", file=sys.stderr)
        return 77
    fleet = _fleet()
    if not os.access(fleet, os.X_OK):
        print(f"bench: there is no program {fleet} (make release, or FLEET_BINARY=FILE)", file=sys.stderr)
        return 69
    # As an exception, so that a cluster that is up is taken down.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    results: dict[str, dict[int, Any]] = {section.name: {} for section in SECTIONS if section.name in options.sections}
    # Sentences: sizes that were skipped, sections that failed.
    missing_results: list[str] = []
    interrupted = False
    try:
        for size in options.sizes:
            _measure_size(size, fleet, options, results, missing_results)
    except KeyboardInterrupt:
        interrupted = True
    text = _report(results, missing_results, options.conf)
    print(text)
    if interrupted:
        print("bench: interrupted: the report is of what was measured until then, and was not written", file=sys.stderr)
        return 130
    options.output.write_text(text)
    _say(f"written to {os.path.relpath(options.output)}")
    return 1 if any("failed" in sentence for sentence in missing_results) else 0


def _measure_size(
    size: int, fleet: Path, options: argparse.Namespace, results: dict[str, dict[int, Any]], missing: list[str]
) -> None:
    need = size * NODE_MEGABYTES + SPARE_MEGABYTES
    available = machine.available_megabytes()
    if available < need:
        missing.append(f"{size:,} nodes were skipped: they need {need:,} MB of memory, {available:,} MB were free.")
        _say(missing[-1])
        return
    _say(f"{size:,} nodes: starting the cluster")
    try:
        with cluster.started(size, fleet, options.conf) as running:
            running.warm_up()
            for section in (one for one in SECTIONS if one.name in results):
                if options.goals and section.goal_sizes and size not in section.goal_sizes:
                    continue
                _say(f"{size:,} nodes: {section.name}")
                try:
                    running.drain()
                    results[section.name][size] = section.measure(running, _plan(size, options))
                except Exception as error:  # The others, an hour's work, are worth having all the same.
                    missing.append(f"{size:,} nodes: {section.name} failed: {error!r}")
                    _say(missing[-1])
    except (OSError, RuntimeError, ValueError) as error:
        missing.append(f"{size:,} nodes: starting the cluster failed: {error}")
        _say(missing[-1])


def _plan(size: int, options: argparse.Namespace) -> Plan:
    """Fewer rounds on larger clusters, where each takes longer; slow rivals once on the largest."""
    if size <= 64:
        rounds, slow, fault = 10, 3, 5
    elif size <= 256:
        rounds, slow, fault = 7, 2, 5
    else:
        rounds, slow, fault = 3, 1, 2
    most = options.rounds
    return Plan(min(rounds, most), min(slow, most), min(fault, options.fault_rounds or most))


def _report(results: dict[str, dict[int, Any]], missing: Sequence[str], configuration: Sequence[str]) -> str:
    parts = ["# Measurements", _preamble(configuration)]
    goals: list[Goal] = []
    chapters: list[str] = []
    for section in SECTIONS:
        measured = results.get(section.name)
        if measured:
            goals += section.goals(measured)
            chapters.append(f"## {section.title}")
            chapters += [table.markdown() for table in section.tables(measured)]
    if goals:
        parts += ["## Goals", goals_table(goals).markdown()]
    notes = BENCH / "notes.md"
    if notes.exists():
        parts.append(notes.read_text().strip())
    parts += chapters
    if missing:
        parts += ["## Not measured", *missing]
    return "\n\n".join(parts) + "\n"


def _preamble(configuration: Sequence[str]) -> str:
    lines = " ".join(f"--conf '{line}'" for line in cluster.lines(configuration))
    return (
        "Written by `make bench`. All nodes, slurmctld and fleet share one machine: only ratios from one table mean"
        f" anything.\n\nMachine: {machine.describe()}.\n"
        f"Clusters: `cluster up --light {lines}`, one per size, run as root."
    )


def _fleet() -> Path:
    given = os.environ.get("FLEET_BINARY")
    if given:
        return Path(given).resolve()
    build = str(BENCH.parent / "scripts" / "build")
    show = [build, "build", "-c", "release", "--static-swift-stdlib", "--show-bin-path"]
    folder = subprocess.run(show, capture_output=True, text=True, check=True).stdout.strip()
    return Path(folder) / "fleet"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench/run", description=sys.modules["__main__"].__doc__)
    names = [section.name for section in SECTIONS]
    parser.add_argument("sizes", nargs="*", type=int, help="cluster sizes, in nodes; 16, 64, 256 and 1000 without any")
    parser.add_argument("--goals", action="store_true", help="only what has a goal, at the sizes of the goals")
    parser.add_argument(
        "--section",
        action="append",
        dest="sections",
        choices=names,
        metavar="NAME",
        help=f"only this one (repeatable): {', '.join(names)}",
    )
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="at most N rounds of each measurement")
    parser.add_argument(
        "--fault-rounds", type=int, default=0, metavar="N", help="at most N rounds with a frozen node (minutes each)"
    )
    parser.add_argument("--conf", action="append", default=[], metavar="LINE", help="a further line of slurm.conf")
    parser.add_argument("--output", type=Path, default=BENCH / "results.md", metavar="FILE", help="the report")
    options = parser.parse_args()
    options.sections = options.sections or names
    with_goals = {size for section in SECTIONS for size in section.goal_sizes}
    options.sizes = options.sizes or (sorted(with_goals) if options.goals else [16, 64, 256, 1000])
    if any(not 2 <= size <= 5000 for size in options.sizes) or options.rounds < 1 or options.fault_rounds < 0:
        parser.error("sizes are from 2 to 5000, rounds from 1")
    return options


def _leave(number: int, _: FrameType | None) -> None:
    raise KeyboardInterrupt(f"signal {number}")


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
