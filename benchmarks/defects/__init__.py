"""The defects that are seeded, one at a time, to see whether the tests notice.

Each is a mistake that somebody could make: most leave the ordinary case right and go wrong in a tail, at a
kink, at a tie, with a constant, on the second call. None is a mere change of style: each gives some result,
gradient, graph, picture, file or error that differs from the original's.
"""

from benchmarks.defects.defect import Defect
from benchmarks.defects.derivatives import BLOCKS, CHECKS, DERIVATIVES
from benchmarks.defects.learning import OPTIMISERS, TRAINING
from benchmarks.defects.machine_code import MACHINE_CODE
from benchmarks.defects.networks import FILES, NETWORKS
from benchmarks.defects.passes import PASSES
from benchmarks.defects.pictures import PICTURES
from benchmarks.defects.rows import KINKS_AND_EDGES, SLOPES, VALUES
from benchmarks.defects.walks import ACCUMULATION, ORDER

__all__ = ["DEFECTS", "Defect"]

#: The defects by their group. The order is that in which the groups take turns where only some defects are seeded.
DEFECTS: dict[str, tuple[Defect, ...]] = {
    "derivatives": DERIVATIVES,
    "order": ORDER,
    "accumulation": ACCUMULATION,
    "modes": BLOCKS,
    "gradcheck": CHECKS,
    "rows: slopes": SLOPES,
    "rows: kinks and edges": KINKS_AND_EDGES,
    "rows: values": VALUES,
    "compiler: passes": PASSES,
    "compiler: machine code": MACHINE_CODE,
    "optimisers": OPTIMISERS,
    "training": TRAINING,
    "layers and losses": NETWORKS,
    "files": FILES,
    "pictures": PICTURES,
}
