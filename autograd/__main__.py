"""The command line: `python -m autograd demo`, `draw` and `check-engine`."""

import argparse
import sys

import autograd

if "Value" not in vars(autograd):
    sys.exit(
        "another distribution's 'autograd' (by HIPS) has overwritten valuegrad's: "
        "keep one of them, with `pip uninstall -y autograd valuegrad` and then `pip install valuegrad`"
    )

from autograd.demo import run_demo
from autograd.drawing import draw, stepper
from autograd.expression import read_assignments, read_expression
from autograd.testing import check_engine_at
from autograd.testing.isolation import SECONDS


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 if it did what was asked, 1 if an engine is broken, 2 if it says in a sentence why not."""
    parser = argparse.ArgumentParser(prog="python -m autograd", description=autograd.__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    demo = commands.add_parser("demo", help="draw, check and train: everything at once on real input, in a minute")
    demo.add_argument("--out", default="out", metavar="DIR", help="where to leave SVG and JSON (default: out)")
    picture = commands.add_parser("draw", help="draw the backpropagation of an expression")
    picture.add_argument("expression", help='for example "tanh(a*b + c)"; one that begins with a minus: "(-a)"')
    picture.add_argument("numbers", nargs="*", metavar="name=number", help="for example a=2 b=-3 c=10")
    picture.add_argument(
        "-o", "--output", default="graph.svg", metavar="FILE", help="an .svg, .html or .dot (graph.svg)"
    )
    engine = commands.add_parser("check-engine", help="name the broken ideas of a Value class that someone wrote")
    engine.add_argument("engine", metavar="path.py:Value", help="the file and the class; or package.module:Value")
    engine.add_argument("--seconds", type=float, default=SECONDS, help="for one small program (default: %(default)g)")
    engine.add_argument(
        "--forgive", action="append", default=[], metavar="IDEA", help="let an idea pass, say recursion-depth"
    )
    given = parser.parse_args(arguments)
    try:
        if given.command == "check-engine":
            report = check_engine_at(given.engine, seconds=given.seconds, forgive=given.forgive)
            print(report)
            return 0 if report.ok else 1
        if given.command == "demo":
            run_demo(given.out)
        else:
            draw_expression(given.expression, given.numbers, given.output)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        print(f"python -m autograd {given.command}: {error}", file=sys.stderr)
        return 2
    return 0


def draw_expression(expression: str, numbers: list[str], output: str) -> None:
    """Draw an expression after backpropagation, and print its value and gradients."""
    names = read_assignments(numbers)
    root = read_expression(expression, names)
    root.backward()
    picture = stepper(root) if output.lower().endswith((".html", ".htm")) else draw(root)
    picture.save(output)
    print(f"{expression} = {root.data:.6g}")
    for name, value in names.items():
        print(f"  gradient for {name} = {value.grad:.6g}")
    print(f"drawn to {output}")


if __name__ == "__main__":
    sys.exit(main())
