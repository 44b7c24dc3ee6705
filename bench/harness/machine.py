"""The machine, in words that name nobody's host."""

import datetime
import os
import platform
import re
import subprocess
from pathlib import Path


def available_megabytes() -> int:
    """Memory that new processes can have, in MB."""
    return _meminfo("MemAvailable") // 1000


def describe() -> str:
    """One line: cores, memory, processor, kernel, Slurm and the day, as figures mean nothing without them."""
    slurm = subprocess.run(["slurmctld", "-V"], capture_output=True, text=True, check=True).stdout.strip()
    return ", ".join(
        [
            f"{len(os.sched_getaffinity(0))} cores",
            f"{round(_meminfo('MemTotal') / 1024 / 1024)} GiB of memory",
            _processor(),
            f"Linux {platform.release().split('-')[0]}",
            slurm,
            datetime.date.today().isoformat(),
        ]
    )


def _meminfo(key: str) -> int:
    match = re.search(rf"^{key}:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    return int(match.group(1)) if match else 0


def _processor() -> str:
    match = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match.group(1).strip() if match else platform.machine()
