"""Row 10: what is kept in files; no kill takes it away, and no damage is taken for it."""

from dataclasses import replace
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from benchmarks.proof.effort import Effort, wrong
from benchmarks.proof.files.damaged import DAMAGES, KINDS, damaged
from benchmarks.proof.files.killed import TORCH, WAYS, killed
from benchmarks.report import Figure

KILLS, FILES, PEER_KILLS = 500, 10_000, 40


def figures(effort: Effort) -> list[Figure]:
    """Savings that a kill spoils, and damaged files that are loaded."""
    if effort.seconds is not None:
        effort = replace(effort, seconds=effort.seconds / 2)
    return [kills(effort), files(effort)]


def kills(effort: Effort) -> Figure:
    """What is lost when processes are killed while they save models and trainings."""
    found = effort.spread(killed, max(KILLS, round(len(WAYS) / effort.share)))
    lost, tried = [one for part in found for one in part.lost], sum(part.tried for part in found)
    return wrong("10 kill -9 during save", "lost", lost, tried, KILLS, **of_torch(effort))


def of_torch(effort: Effort) -> dict[str, Any]:
    """How many savings of PyTorch are lost to the same kills; nothing in a short run, which loading it would fill."""
    if effort.share < 1.0 or effort.seconds is not None or find_spec("torch") is None:
        return {}
    apart = replace(effort, processes=max(2, effort.processes))  # in processes of their own, which load PyTorch once
    found = apart.spread(partial(killed, ways=[TORCH]), PEER_KILLS)
    lost, tried = sum(len(part.lost) for part in found), sum(part.tried for part in found)
    return {f"torch.save {version('torch')}, in place": f"{lost} of {tried} lost"}


def files(effort: Effort) -> Figure:
    """Damaged files that are loaded as something else, refused without a sentence, or spoil the model."""
    found = effort.spread(damaged, max(FILES, round(len(KINDS) * len(DAMAGES) / effort.share)))
    faults, tried = [one for part in found for one in part.faults], sum(part.tried for part in found)
    harmless = tried - sum(part.refused for part in found) - len(faults)
    notes: dict[str, Any] = {
        "kinds": KINDS,
        "damage": [damage.__name__ for damage in DAMAGES],
        "loaded, because no meaning was hit": harmless,
    }
    return wrong("10 damaged files", "silently loaded", faults, tried, FILES, **notes)
