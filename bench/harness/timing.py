"""The one place for measuring a command, and for the statistics over several measurements."""

import json
import os
import shlex
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Usage:
    """One run of a command, with what the kernel says it used, its own children included."""

    seconds: float
    exit_code: int
    cpu_seconds: float
    peak_rss_megabytes: float


@dataclass(frozen=True)
class Lines:
    """One run of a command, with the moment at which each line of its output arrived; no exit code: killed."""

    seconds: float
    exit_code: int | None
    lines: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Sample:
    """All measurements of one command under one set of conditions, in seconds."""

    seconds: tuple[float, ...]
    exit_codes: tuple[int | None, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def failures(self) -> int:
        return sum(1 for code in self.exit_codes if code != 0)


def usage_of(command: Sequence[str], environment: Mapping[str, str]) -> Usage:
    """Runs a command with its output discarded, and waits for it with wait4(2)."""
    start = time.monotonic()
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    seconds = time.monotonic() - start
    # Popen must not wait for it again.
    process.returncode = os.waitstatus_to_exitcode(status)
    return Usage(seconds, process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def lines_of(command: Sequence[str], environment: Mapping[str, str], limit: float) -> Lines:
    """Runs a command and notes when each line of its output arrives; after `limit` seconds it is killed."""
    start = time.monotonic()
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        killer = threading.Timer(limit, process.kill)
        killer.start()
        try:
            lines = tuple((time.monotonic() - start, line) for line in process.stdout)
            code = process.wait()
        finally:
            killer.cancel()
            process.kill()
    seconds = time.monotonic() - start
    return Lines(seconds, None if code == -9 and seconds >= limit else code, lines)


def interleaved(
    commands: Mapping[str, Sequence[str]],
    rounds: Callable[[str], int],
    prepare: Sequence[str],
    environment: Mapping[str, str],
) -> dict[str, Sample]:
    """Times rivals by turns: each round runs every command once that still has rounds left.

    hyperfine measures; by itself it would run all of one command before the next, and a machine that slows
    down meanwhile would count against the later one.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    codes: dict[str, list[int | None]] = {name: [] for name in commands}
    for index in range(max(rounds(name) for name in commands)):
        due = {name: command for name, command in commands.items() if index < rounds(name)}
        for result in _hyperfine(due, prepare, environment):
            seconds[result["command"]] += result["times"]
            codes[result["command"]] += result["exit_codes"]
    return {name: Sample(tuple(seconds[name]), tuple(codes[name])) for name in commands}


def ratio(one: float, other: float) -> float:
    """How many times as long one takes as the other; infinite where one of them never came to an end."""
    return float("inf") if float("inf") in (one, other) or other <= 0 else one / other


def _hyperfine(
    commands: Mapping[str, Sequence[str]], prepare: Sequence[str], environment: Mapping[str, str]
) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        export = Path(folder) / "hyperfine.json"
        # Without a shell in between, and without a stop when a rival fails: that is a result, too.
        arguments = ["hyperfine", "--shell=none", "--runs=1", "--ignore-failure", "--style=none"]
        arguments += [f"--export-json={export}", f"--prepare={shlex.join(prepare)}"]
        for name, command in commands.items():
            arguments += [f"--command-name={name}", shlex.join(command)]
        done = subprocess.run(
            arguments, env=environment, stdin=subprocess.DEVNULL, check=False, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"hyperfine: {done.stderr.strip() or done.stdout.strip()}")
        results: list[dict[str, Any]] = json.loads(export.read_text())["results"]
        return results
