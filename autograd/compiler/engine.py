"""Machine code: LLVM set up for this machine, and a module of functions compiled and kept alive."""

import ctypes
import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

from autograd.compiler.passes import Passes


def load_llvm() -> tuple[Any, Any]:
    """llvmlite's `ir` and `binding`; an ImportError that names the extra, if it is not installed.

    >>> ir, binding = load_llvm()
    """
    try:
        return importlib.import_module("llvmlite.ir"), importlib.import_module("llvmlite.binding")
    except ImportError as error:
        raise ImportError('machine code is made by llvmlite: pip install "valuegrad[fast]"') from error


@cache
def initialized() -> Any:
    """llvmlite's `binding`, ready to make code for this machine."""
    _, binding = load_llvm()
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


def target() -> Any:
    """The machine that code is made for: this one, with all its features. An engine takes it over and frees it."""
    binding = initialized()
    return binding.Target.from_default_triple().create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(), opt=2, jit=True
    )


@cache
def lanes() -> int:
    """How many doubles a vector register of this machine holds."""
    _, binding = load_llvm()
    features = binding.get_host_cpu_features()
    if features.get("avx512f") and features.get("avx512dq"):
        return 8
    return 4 if features.get("avx2") else 2


@cache
def fuses() -> bool:
    """Whether this machine multiplies and adds in one instruction."""
    _, binding = load_llvm()
    return bool(binding.get_host_cpu_features().get("fma", True))


@cache
def passes() -> tuple[Any, Any]:
    """Those of LLVM's passes that pay here, and what they run with: made once, for llvmlite never frees them.

    The code comes with its loops unrolled and its vectors chosen: all of the usual passes took three times as long,
    and the code that came out was no faster.
    """
    binding = initialized()
    chosen = binding.create_new_module_pass_manager()
    chosen.add_always_inliner_pass()
    chosen.add_sroa_pass()
    chosen.add_instruction_combine_pass()
    chosen.add_simplify_cfg_pass()
    return chosen, binding.create_pass_builder(target(), binding.create_pipeline_tuning_options())


class Engine:
    """The compiled functions of a module; the code lives as long as the engine.

    text  the module as it was written

    >>> ir, _ = load_llvm()
    >>> module = ir.Module("doctest")
    >>> double = ir.DoubleType()
    >>> function = ir.Function(module, ir.FunctionType(double, [double]), "valuegrad_doctest")
    >>> builder = ir.IRBuilder(function.append_basic_block())
    >>> _ = builder.ret(builder.fadd(function.args[0], function.args[0]))
    >>> engine = Engine(module)
    >>> engine.function("valuegrad_doctest", ctypes.c_double, ctypes.c_double)(2.0)
    4.0
    """

    def __init__(self, module: Any, keep_alive: tuple[Any, ...] = (), timed: Passes | None = None) -> None:
        _, binding = load_llvm()
        machine = target()
        module.triple = machine.triple
        module.data_layout = str(machine.target_data)
        timed = timed or Passes()
        with timed("emit"):
            self.text = str(module)
        with timed("optimise"):
            parsed = binding.parse_assembly(self.text)
            parsed.verify()
            chosen, builder = passes()
            chosen.run(parsed, builder)
        with timed("link"):
            self._engine = binding.create_mcjit_compiler(parsed, machine)
            self._engine.finalize_object()
        self._keep_alive = keep_alive

    def function(self, name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
        """A compiled function; keep the engine as long as it is called."""
        return ctypes.CFUNCTYPE(result, *arguments)(self._engine.get_function_address(name))
