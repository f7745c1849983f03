"""Code for many steps of a training: the program, run batch by batch, and its updates after each."""

from typing import Any

from autograd.compiler.code import F64, I64, POINTER, Code, Count, Places, Tables, ir
from autograd.compiler.memory import POINTERS, Memory
from autograd.compiler.program import UNIFORM, Program, Update

NAME = "valuegrad_training"


def write_training(module: Any, program_function: Any, program: Program, memory: Memory, tables: Tables) -> None:
    """Write a function that takes what the program takes, and an array of batches, losses and the number of steps.

    Step t runs over the rows from batches[t] up to batches[t + 1], and puts the first output into losses[t]. It
    gives the number of steps done: at the first loss that is not finite it stops, before anything is updated.
    """
    given = [argument.type for argument in program_function.args]
    function = ir.Function(module, ir.FunctionType(I64, [*given, POINTER, POINTER, I64]), NAME)
    *arguments, batches, losses, steps = function.args
    names = dict(zip(POINTERS, arguments, strict=False))
    code = Code(function, tables, names["tables"])
    builder = code.builder
    output = program.outputs[0]
    loss_place = memory.offset[output.family] + int(output.index[0])
    again, commit, done = (function.append_basic_block(name) for name in ("step", "commit", "done"))
    before = builder.block
    builder.cbranch(builder.icmp_signed(">", steps, code.whole(0)), again, done)
    builder.position_at_end(again)
    t = builder.phi(I64)
    t.add_incoming(code.whole(0), before)
    first = code.load(batches, t, I64)
    samples = builder.sub(code.load(batches, code.plus(t, 1), I64), first)
    *pointers, rows, _ = arguments
    builder.call(program_function, [*pointers, code.address(rows, first, I64), samples])
    loss = code.load(names["memory"], loss_place)
    code.store(loss, losses, t)
    difference = builder.fsub(loss, loss)
    builder.cbranch(builder.fcmp_ordered("==", difference, ir.Constant(F64, 0.0)), commit, done)
    builder.position_at_end(commit)
    for update in program.updates:
        write_update(code, update, memory, names)
    following = builder.add(t, code.whole(1))
    t.add_incoming(following, builder.block)
    end = builder.block
    builder.cbranch(builder.icmp_signed("<", following, steps), again, done)
    builder.position_at_end(done)
    count = builder.phi(I64)
    count.add_incoming(code.whole(0), before)
    count.add_incoming(t, again)
    count.add_incoming(following, end)
    builder.ret(count)


def write_update(code: Code, update: Update, memory: Memory, pointers: dict[str, Any]) -> None:
    """Copy the new numbers to where they are read from at the next step."""
    assert update.source.space == UNIFORM
    assert update.target.given is not None
    target, places = pointers[update.target.given.what], Places(code, update.places)
    source = memory.offset[update.source]
    lanes = memory.lanes if places.step(0) == 1 else 1

    def copy(i: Count, lanes: int) -> None:
        value = code.load(pointers["memory"], code.plus(i, source), lanes=lanes)
        code.store(value, target, places.at(i))

    code.in_lanes(len(update.places), lanes, copy)
