"""The mirror for engines: every seeded fault is named, right engines pass, and no engine takes the check down."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import micrograd.engine
import pytest

import autograd
from autograd.testing import Idea, Report, around, check_engine, check_engine_at, programs
from autograd.testing.operations import CORE, HARD_PLACES, OTHERS, WITH_NUMBERS
from autograd.testing.report import Finding
from autograd.testing.running import Program, from_function, outcome_of
from tests.broken_engines import SEEDED, LeavesGradientsBetween, ReluFromTheRight, Right
from tests.engine_with_closures import Value as WithClosures

ROOT = Path(__file__).parent.parent
SEEDED_BY_NAME = {engine.__name__: engine for engine, _ in SEEDED}
EVERY_OPERATION = (*CORE, *OTHERS, *WITH_NUMBERS, *HARD_PLACES)
LATER_GIVES_OUT = [
    "stale-gradients",
    "recursion-depth",
    "power-base",
    "complex",
]  # in every engine built as lectures do


# Broken engines


@pytest.mark.parametrize(("engine", "ideas"), SEEDED, ids=[engine.__name__ for engine, _ in SEEDED])
def test_a_seeded_fault_is_named_and_nothing_else_is(engine: type, ideas: list[str]) -> None:
    report = check_engine(engine)
    assert report.ideas == ideas, report
    assert not report.ok


def test_every_idea_has_an_engine_that_breaks_it() -> None:
    seeded = {idea for _, ideas in SEEDED for idea in ideas}
    assert {idea.title for idea in Idea} - seeded == {"endless"}  # of which there are files below
    assert len(SEEDED) >= 24


@pytest.mark.parametrize(
    ("engine", "operation", "program", "outcome"),
    [
        ("Assigns", "", "y = a * b + a * c", "a.grad: expected 7.0, got 5.0"),
        ("OperandsAsKeys", "a * b", "y = a * a", "a.grad: expected 6.0, got 3.0"),
        ("TanhOfTheOperand", "a.tanh()", "y = a.tanh()", "a.grad: expected 0.786447733, got 0.75"),
        ("OneMinusAIsAMinusOne", "1 - a", "y = 1 - a", "y.data: expected -4.0, got 4.0"),
        ("ForgetsItsOperand", "a.tanh()", "y = h.tanh()", "a.grad: expected 0.8"),
        ("LeavesInTheMiddle", "a.relu()", "y = a.relu()", "it raised SystemExit: good bye"),
        ("ReluIsANumber", "a.relu()", "y = a.relu()", "the result is the float 1.5"),
        ("MarksWhenPopped", "", "h = a * b", "a.grad: expected 24.0, got 14.0"),
    ],
)
def test_a_finding_shows_the_program_what_was_expected_and_what_came_out(
    engine: str, operation: str, program: str, outcome: str
) -> None:
    broken = SEEDED_BY_NAME[engine]
    finding, *_ = check_engine(broken).findings
    assert finding.operation == operation
    assert program in finding.program
    assert outcome in finding.outcome


@pytest.mark.parametrize(("engine", "ideas"), SEEDED, ids=[engine.__name__ for engine, _ in SEEDED])
@pytest.mark.filterwarnings("ignore:backward:autograd.advice.TrainingWarning")  # some of them ask for it
def test_the_program_of_a_finding_runs_as_it_is_printed(engine: type, ideas: list[str]) -> None:
    for finding in check_engine(engine).findings:
        exec(finding.program, {"Value": autograd.Value})


def test_a_fault_in_many_operations_is_one_finding_that_lists_them() -> None:
    broken = SEEDED_BY_NAME["NoNumberOnTheLeft"]
    (finding,) = check_engine(broken).findings
    assert (finding.operation, *finding.also) == ("2 + a", "2 * a", "1 - a", "1 / a")


def test_one_error_in_all_operations_is_one_finding() -> None:
    (finding,) = check_engine(SEEDED_BY_NAME["CallsItsRuleAtOnce"]).findings
    assert finding.outcome.endswith("TypeError: 'NoneType' object is not callable")
    assert {"a + b", "a.tanh()", "a.exp()"} <= set(finding.also)


def test_two_faults_that_have_nothing_to_do_with_each_other_are_both_named() -> None:
    class Both(LeavesGradientsBetween, ReluFromTheRight):
        pass

    assert check_engine(Both).ideas == ["stale-gradients", "relu-at-0"]


def test_what_a_finding_may_explain_is_not_held_against_other_operations() -> None:
    broken = SEEDED_BY_NAME["ProductWithItsOwnNumber"]
    report = check_engine(broken)
    assert [finding.operation for finding in report.findings] == ["a * b"]
    assert "a / b: is off, which the above may explain" in report.unexamined


# Right engines


def test_a_right_engine_passes_and_what_it_lacks_is_no_fault() -> None:
    report = check_engine(Right)
    assert report.ok
    assert str(report).startswith("Nothing is broken.")
    assert report.missing == ("a ** b", "a.sigmoid()", "a.sqrt()", "a.sin()", "a.cos()", "abs(a)")
    assert report.unexamined == ()


def test_our_engine_passes_and_lacks_nothing() -> None:
    assert check_engine(autograd.Value) == Report()


def test_an_engine_of_single_precision_passes() -> None:
    numpy = pytest.importorskip("numpy")

    class Single(Right):
        def __init__(self, data, *edges):
            super().__init__(numpy.float32(data), *edges)

        def __pow__(self, n):
            with numpy.errstate(all="ignore"):
                return super().__pow__(n)

    assert check_engine(Single).ok


def test_an_engine_of_plus_and_times_alone_passes() -> None:
    class Small:
        __init__, made, lifted, order = Right.__init__, Right.made, Right.lifted, Right.order
        clear, pass_on, backward = Right.clear, Right.pass_on, Right.backward

        def __add__(self, other):
            other = other if isinstance(other, Small) else Small(other)
            return self.made(self.data + other.data, (self, 1.0), (other, 1.0))

        def __mul__(self, other):
            other = other if isinstance(other, Small) else Small(other)
            return self.made(self.data * other.data, (self, other.data), (other, self.data))

        __radd__, __rmul__ = __add__, __mul__

    report = check_engine(Small)
    assert report.ok, report
    assert "a / b" in report.missing
    assert report.unexamined == ()  # 1 / a is a special case of what is not there


def test_an_engine_built_as_in_lectures_is_right_as_far_as_lectures_go() -> None:
    report = check_engine(WithClosures)
    assert report.ideas == LATER_GIVES_OUT
    assert check_engine(WithClosures, forgive=LATER_GIVES_OUT).ok


def test_micrograd_has_those_limits_and_one_more() -> None:
    report = check_engine(micrograd.engine.Value)
    assert sorted(report.ideas) == sorted([*LATER_GIVES_OUT, "set-order"])
    assert {"a.tanh()", "a.exp()", "a.log()"} <= set(report.missing)


def test_micrograds_limits_are_true_ones() -> None:
    Value = micrograd.engine.Value
    a = Value(3.0)
    y = (a * 2) * 5
    y.backward()
    y.backward()
    assert a.grad == 30.0  # twice 10 would be 20
    assert isinstance((Value(-8.0) ** (1 / 3)).data, complex)
    with pytest.raises(ZeroDivisionError):
        (Value(0.0) ** 0).backward()
    deep = sum([Value(1.0) for _ in range(5000)])
    with pytest.raises(RecursionError):
        deep.backward()


# What is expected


RIGHT = {
    programs.new_value: {"a.data": 2.5, "a.grad": 0},
    programs.gradient_in_itself: {"y.grad": 1, "a.grad": -3, "b.grad": 2},
    programs.backward_of_a_leaf: {"a.grad": 1},
    programs.used_by_two: {"a.grad": 7},
    programs.added_to_what_is_there: {"a.grad": 12},
    programs.two_graphs: {"a.grad": 7},
    programs.apart: {"a.grad": 3, "b.grad": 2, "c.grad": 7, "d.grad": 5},
    programs.equal_numbers: {"a.grad": 12, "b.grad": 2, "c.grad": 8, "d.grad": 3},
    programs.diamond: {"a.grad": 24},
    programs.short_way_first: {"a.grad": 72},
    programs.long_way_first: {"a.grad": 72},
    programs.twice_backward: {"a.grad": 4},
    programs.twice_backward_through: {"a.grad": 20},
    programs.two_results: {"a.grad": 24},
    programs.added_in_place: {"h.data": 6, "y.data": 9, "a.grad": 3},
    programs.deep: {"a.grad": 5000},
    programs.doubled: {"y.data": 4096},
}


@pytest.mark.parametrize("program", RIGHT, ids=lambda program: program.__name__)
def test_what_is_expected_of_a_graph_is_what_one_computes_by_hand(program) -> None:
    assert outcome_of(from_function(program), autograd.Value).numbers == RIGHT[program]


@pytest.mark.parametrize("operation", EVERY_OPERATION, ids=lambda each: f"{each} at {each.points[0]}")
def test_what_is_expected_of_an_operation_is_what_differences_measure(operation) -> None:
    for point in operation.points:
        numbers = outcome_of(around.alone(operation, point), autograd.Value).numbers
        for position, name in enumerate(operation.names):
            step = 1e-5
            above, below = (
                operation.function(*(x + h * (i == position) for i, x in enumerate(map(autograd.Value, point)))).data
                for h in (step, -step)
            )
            slope = 0.0 if operation.idea is Idea.RELU_AT_0 else (above - below) / (2 * step)
            assert numbers[f"{name}.grad"] == pytest.approx(slope, rel=1e-6, abs=1e-6)


def test_programs_of_graphs_hold_different_numbers() -> None:
    for program in RIGHT:
        if program not in {programs.equal_numbers, programs.deep, programs.doubled}:
            numbers = re.findall(r"Value\((.*?)\)", inspect.getsource(program))
            assert len(set(numbers)) == len(numbers)


# Engines that do their worst


class Hostile(Right):
    """It prints, warns, and raises things that cannot be printed."""

    def backward(self):
        class Unspeakable(Exception):
            def __str__(self) -> str:
                raise KeyError("nothing to say")

        print("noise")
        print("noise", file=sys.stderr)
        raise Unspeakable


def test_an_engine_that_prints_and_raises_is_reported_and_not_heard(capsys: pytest.CaptureFixture[str]) -> None:
    report = check_engine(Hostile)
    assert report.ideas == ["raises"]
    assert "its words, too, cannot be had" in report.findings[0].outcome
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("wrong", ["text", 2j, object(), [1.0], None, Right(1.0)], ids=repr)
def test_a_gradient_that_is_no_number_is_a_finding(wrong: object) -> None:
    class Odd(Right):
        def backward(self) -> None:
            super().backward()
            for node in self.order():
                node.grad = wrong

    report = check_engine(Odd)
    assert report.ideas == ["seed"]
    assert "got" in report.findings[0].outcome


@pytest.mark.parametrize("wrong", [autograd.Value(2.0), 3, "Value", None])
def test_what_is_no_class_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError, match="takes the class itself"):
        check_engine(wrong)


def test_only_an_idea_that_exists_can_be_forgiven() -> None:
    with pytest.raises(ValueError, match="no idea 'dept' to forgive: choose among basics"):
        check_engine(Right, forgive=["dept"])


# The command line


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "autograd", "check-engine", *arguments]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60
    )


def engine_file(folder: Path, body: str, before: str = "") -> str:
    """A file with an engine that is right but for a few lines."""
    text = inspect.getsource(Right).replace("class Right", "class Value").replace("Right", "Value")
    (folder / "mine.py").write_text(f"import math\n{before}\n\n{text}\n\n{body}\n")
    return "mine.py:Value"


def test_a_right_engine_leaves_0_and_a_broken_one_1(tmp_path: Path) -> None:
    right = check(tmp_path, engine_file(tmp_path, ""))
    assert (right.returncode, right.stderr) == (0, "")
    assert right.stdout.startswith("Nothing is broken.")
    assigns = "def pass_on(self):\n    for o, s in zip(self.operands, self.slopes): o.grad = s * self.grad\n"
    broken = check(tmp_path, engine_file(tmp_path, f"{assigns}\nValue.pass_on = pass_on"))
    assert (broken.returncode, broken.stderr) == (1, "")
    assert "1. accumulates: A second gradient is written over the first" in broken.stdout
    assert "Explained in notebook 3." in broken.stdout


def test_micrograd_is_found_by_its_module_and_may_be_forgiven(tmp_path: Path) -> None:
    forgiven = [word for idea in (*LATER_GIVES_OUT, "set-order") for word in ("--forgive", idea)]
    done = check(tmp_path, "micrograd.engine:Value", *forgiven)
    assert done.returncode == 0, done.stderr
    assert "Forgiven: stale-gradients, recursion-depth, set-order, power-base, complex." in done.stdout


def test_a_program_that_never_ends_is_stopped_and_the_others_are_run(tmp_path: Path) -> None:
    body = "def exp(self):\n    while True: pass\n\nValue.exp = exp\nValue.log = lambda self: self"
    done = check(tmp_path, engine_file(tmp_path, body), "--seconds", "0.7")
    assert done.returncode == 1, done.stderr
    assert "endless [a.exp()]" in done.stdout
    assert "it does not end within 0.7 s" in done.stdout
    assert "wrong-value [a.log()]" in done.stdout


def test_an_engine_of_which_nothing_ends_is_given_up() -> None:
    report = check_engine_at("tests.test_testing:NothingEnds", seconds=0.7)
    assert report.ideas == ["endless"]
    assert report.unexamined == ("everything else",)


class NothingEnds(Right):
    def backward(self) -> None:
        while True:
            pass


def test_an_engine_that_ends_the_process_or_writes_to_it_is_reported(tmp_path: Path) -> None:
    body = (
        "def tanh(self):\n    import os\n    os.write(1, b'{\"report\": 1}')\n    os._exit(0)\n\nValue.tanh = tanh\n"
        "import threading, time\nthreading.Thread(target=time.sleep, args=(50,)).start()\n"
        "print('noise')"
    )
    done = check(tmp_path, engine_file(tmp_path, body))
    assert done.returncode == 1, done.stderr
    assert "endless [a.tanh()]" in done.stdout
    assert "it ends the whole process" in done.stdout
    assert "noise" not in done.stdout


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("mine.py", "write the file and the class, as in mine.py:Value, got 'mine.py'"),
        ("none.py:Value", "there is no file 'none.py'"),
        ("none.at.all:Value", "No module named 'none'"),
        ("mine.py:Valve", "mine.py has no Valve; its classes are: Value"),
        ("mine.py:math", "math in mine.py is no class"),
    ],
)
def test_what_cannot_be_checked_is_said_in_one_line(tmp_path: Path, target: str, said: str) -> None:
    engine_file(tmp_path, "")
    done = check(tmp_path, target)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("class", "SyntaxError"),
        ("while True: pass", "it does not end within 0.7 s; put what is not the class below"),
        ("import os; os._exit(0)", "it ends the whole process; put"),
        ("input()", "EOFError"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_said_in_one_line(tmp_path: Path, before: str, said: str) -> None:
    done = check(tmp_path, engine_file(tmp_path, "", before), "--seconds", "0.7")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="more than 0 and at most 3600 seconds, got"):
        check_engine_at("autograd.value:Value", seconds=seconds)


def test_a_file_may_have_the_name_of_a_module_that_the_check_itself_needs(tmp_path: Path) -> None:
    engine_file(tmp_path, "")
    (tmp_path / "mine.py").rename(tmp_path / "autograd.py")
    (tmp_path / "engines").mkdir()
    (tmp_path / "autograd.py").rename(tmp_path / "engines" / "autograd.py")
    done = check(tmp_path, "engines/autograd.py:Value")
    assert done.returncode == 0, done.stderr


def test_a_file_may_import_its_neighbours(tmp_path: Path) -> None:
    engine_file(tmp_path, "")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "theirs.py").write_text("from beside import Value\n")
    (tmp_path / "sub" / "beside.py").write_text((tmp_path / "mine.py").read_text())
    assert check(tmp_path, "sub/theirs.py:Value").returncode == 0


# The kit itself


def test_importing_autograd_does_not_load_the_kit() -> None:
    program = "import sys, autograd; print([name for name in sys.modules if name.startswith('autograd.testing')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_report_reads_as_written() -> None:
    finding = Finding(Idea.SAME_OPERAND, "a * b", "y = a * a", "a.grad: expected 6.0, got 3.0", ("a + b",))
    report = Report((finding,), missing=("a.sin()",), unexamined=("a / b: is off, which the above may explain",))
    assert str(report).splitlines() == [
        "1 thing broken.",
        "",
        "1. same-operand [a * b]: A value that is both operands of one operation counts as one: a * a, a - a.",
        "    y = a * a",
        "  a.grad: expected 6.0, got 3.0",
        "  The same in a + b.",
        "  Explained in notebook 3.",
        "",
        "Not there, which is no fault: a.sin().",
        "",
        "Repair that first, then look again:",
        "  a / b: is off, which the above may explain",
    ]
    assert repr(report) == str(report)


@pytest.mark.parametrize("idea", Idea, ids=lambda idea: idea.title)
def test_an_idea_is_one_sentence_and_has_its_notebook(idea: Idea) -> None:
    assert idea.sentence.endswith(".")
    assert 1 <= idea.notebook <= 12


def test_the_text_of_a_program_is_the_program() -> None:
    for operation in EVERY_OPERATION:
        for program in (around.alone(operation, operation.points[0]), around.passed_on(operation)):
            names: dict[str, object] = {"Value": autograd.Value}
            exec(program.text, names)
            expected = outcome_of(program, autograd.Value).numbers
            assert {name: getattr(names[name[0]], name[2:]) for name in expected} == expected


def test_an_error_in_a_program_is_an_outcome() -> None:
    def run(Value: object) -> dict[str, object]:
        raise LookupError("first\nsecond " + "x " * 500)

    outcome = outcome_of(Program("", run), Right)
    assert outcome.error == "LookupError"
    assert outcome.said.startswith("LookupError: first second x x")
    assert len(outcome.said) < 200
