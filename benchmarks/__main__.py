"""The command line of the benchmarks: `python -m benchmarks eager`."""

import argparse
import importlib

#: Each command is the module of its name, with `add_arguments(parser)` and `run(arguments)`.
COMMANDS = {
    "eager": "what eager values cost, beside micrograd and microgpt's design",
    "compiled": "what compiled values cost, beside C, NumPy, PyTorch, JAX, CasADi, scikit-learn",
    "names": "what training microgpt on names costs as machine code, beside its design",
    "pictures": "what pictures cost, and how often their edges cross, beside dot",
    "training": "what networks learn, and how surely, beside scikit-learn and PyTorch",
    "mutants": "which tests catch a seeded defect",
    "proof": "what is promised of every number, refusal, file and process",
}


def main(words: list[str] | None = None) -> None:
    """Run the benchmark that is named first, or list them all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the library beside its peers.")
    commands = parser.add_subparsers(title="benchmarks", dest="command", metavar="name")
    for name, line in COMMANDS.items():
        importlib.import_module(f"benchmarks.{name}").add_arguments(
            commands.add_parser(name, help=line, description=line)
        )
    arguments = parser.parse_args(words)
    if arguments.command is None:
        parser.print_help()
        return
    importlib.import_module(f"benchmarks.{arguments.command}").run(arguments)


if __name__ == "__main__":
    main()
