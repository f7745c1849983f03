"""The promises of SECURITY.md that no other test holds, and that each of its promises names what holds it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_reading_what_comes_from_outside_runs_nothing_connects_nowhere_and_leaves_no_file(tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    before = set(os.listdir(ROOT))
    given = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "benchmarks.proof.audited"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == []
    assert os.listdir(tmp_path) == []
    assert set(os.listdir(ROOT)) == before


def test_what_must_not_happen_is_told_when_it_happens() -> None:
    program = "from benchmarks.proof.audited import events_of; print(events_of(lambda: eval('1 + 1')))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "exec (<code object" in done.stdout


def writable_code() -> set[str]:
    """The pages of this process that can be written and run."""
    lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    return {line for line in lines if {"w", "x"} <= set(line.split()[1])}


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells the pages of a process")
def test_no_page_of_machine_code_can_be_written() -> None:
    pytest.importorskip("llvmlite")
    from autograd import jit
    from autograd.compiler.engine import initialized

    initialized()
    before = writable_code()
    compiled = [jit(lambda x, n=n: (x * n).tanh() + x) for n in range(5)]
    assert [function(0.5) for function in compiled]
    assert writable_code() <= before


def test_what_holds_a_promise_is_there() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|benchmarks)/[\w/]+\.py)`", text)
    assert len(named) > 8
    for name in named:
        assert (ROOT / name).is_file(), name
    rows = set(map(int, re.findall(r"\brow (\d+)\b", text, re.IGNORECASE)))
    assert rows == {6, 8, 9, 10, 15}
