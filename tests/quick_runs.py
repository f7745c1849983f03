"""A quick run of a benchmark, as the command line gives it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def quick_run_of(name: str, *words: str) -> Any:
    """What `python -m benchmarks NAME --quick --json` prints, which leaves the results file as it was."""
    results = ROOT / "benchmarks" / "results" / f"{name}.jsonl"
    before = results.read_bytes() if results.exists() else None
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--quick", *words, "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert (results.read_bytes() if results.exists() else None) == before, "a quick run is not recorded"
    return json.loads(done.stdout)
