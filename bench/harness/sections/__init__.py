"""The sections, in the order of the report."""

from typing import Any

from ..section import Section
from .fan_out import FanOut
from .faults import Faults
from .footprint import Footprint
from .gpu_check import GPUCheck
from .node import Node
from .small import Small
from .start import Start
from .status import Status

SECTIONS: list[Section[Any]] = [FanOut(), Faults(), Footprint(), GPUCheck(), Small(), Node(), Start(), Status()]
