"""A sheet to calculate on: operators between values become steps instead of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from yogalab.records import Computation, Step

Array = NDArray[Any]
# The last axis, along which rows are summed and compared.
_LAST: Final = -1


class Value:
    """A float32 array that is not there yet. Made by a `Sheet`; arithmetic with it adds steps to the sheet."""

    # NumPy arrays on the left leave the arithmetic to the value on the right.
    __array_ufunc__ = None

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet = sheet
        self.name = name

    def __add__(self, other: Operand) -> Value:
        return self.sheet.step("Add", self, other)

    def __radd__(self, other: Operand) -> Value:
        return self.sheet.step("Add", other, self)

    def __sub__(self, other: Operand) -> Value:
        return self.sheet.step("Sub", self, other)

    def __rsub__(self, other: Operand) -> Value:
        return self.sheet.step("Sub", other, self)

    def __mul__(self, other: Operand) -> Value:
        return self.sheet.step("Mul", self, other)

    def __rmul__(self, other: Operand) -> Value:
        return self.sheet.step("Mul", other, self)

    def __truediv__(self, other: Operand) -> Value:
        return self.sheet.step("Div", self, other)

    def __rtruediv__(self, other: Operand) -> Value:
        return self.sheet.step("Div", other, self)

    def __pow__(self, other: Operand) -> Value:
        return self.sheet.step("Pow", self, other)

    def __matmul__(self, other: Operand) -> Value:
        return self.sheet.step("MatMul", self, other)

    def __neg__(self) -> Value:
        return self.sheet.step("Neg", self)

    def __gt__(self, other: Operand) -> Value:
        """Truth values, for `Sheet.where` alone."""
        return self.sheet.step("Greater", self, other)

    def __ge__(self, other: Operand) -> Value:
        return self.sheet.step("GreaterOrEqual", self, other)

    def of(self, op: str, **settings: Any) -> Value:
        """An operator of one value, such as "Exp"."""
        return self.sheet.step(op, self, **settings)

    def at_least(self, least: Operand) -> Value:
        return self.sheet.step("Max", self, least)

    def at_most(self, most: Operand) -> Value:
        return self.sheet.step("Min", self, most)

    def sum(self, axis: int = _LAST) -> Value:
        """Kept as an axis of one."""
        return self.sheet.step("ReduceSum", self, np.array([axis]), keepdims=1)

    def mean(self, axis: int = _LAST) -> Value:
        return self.sheet.step("ReduceMean", self, axes=[axis], keepdims=1)

    def max(self, axis: int = _LAST) -> Value:
        return self.sheet.step("ReduceMax", self, axes=[axis], keepdims=1)

    def min(self, axis: int = _LAST) -> Value:
        return self.sheet.step("ReduceMin", self, axes=[axis], keepdims=1)

    def length(self, axis: int = _LAST) -> Value:
        """The Euclidean norm along an axis."""
        return self.sheet.step("ReduceL2", self, axes=[axis], keepdims=1)

    def log_sum_exp(self) -> Value:
        return self.sheet.step("ReduceLogSumExp", self, axes=[_LAST], keepdims=1)

    def take(self, places: Sequence[int] | Array, axis: int = _LAST) -> Value:
        """Some entries along an axis, as often and in the order in which they are named."""
        return self.sheet.step("Gather", self, np.asarray(places, dtype=np.int64), axis=axis)

    def shaped(self, *shape: int) -> Value:
        """In another shape; 0 keeps an axis, -1 takes what is left."""
        return self.sheet.step("Reshape", self, np.array(shape, dtype=np.int64))


# What a value is added to or multiplied by; numbers become float32.
Operand = Value | float | Array


class Sheet:
    """Collects the steps."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._constants: dict[str, Array] = {}
        self._inputs: dict[str, tuple[int, ...]] = {}

    def input(self, name: str, *shape: int) -> Value:
        """What comes in, (n, *shape) float32."""
        self._inputs[name] = shape
        return Value(self, name)

    def step(self, op: str, *inputs: Operand, **settings: Any) -> Value:
        """One operator with one output."""
        return self.steps(op, *inputs, outputs=1, **settings)[0]

    def steps(self, op: str, *inputs: Operand, outputs: int, **settings: Any) -> tuple[Value, ...]:
        """One operator with several outputs."""
        names = tuple(f"{op.lower()}_{len(self._steps)}_{k}" for k in range(outputs))
        known = tuple(one.name if isinstance(one, Value) else self._constant(one) for one in inputs)
        self._steps.append(Step(op=op, inputs=known, outputs=names, settings=settings))
        return tuple(Value(self, name) for name in names)

    def joined(self, parts: Sequence[Value], axis: int = _LAST) -> Value:
        """Values one after the other along an axis."""
        return self.step("Concat", *parts, axis=axis)

    def where(self, truth: Value, one: Operand, other: Operand) -> Value:
        """`one` where it is true, else `other`."""
        return self.step("Where", truth, one, other)

    def largest(self, value: Value, count: int) -> tuple[Value, Value]:
        """The largest entries of each row and their places, (n, count) each."""
        best, places = self.steps("TopK", value, np.array([count]), outputs=2, axis=_LAST)
        return best, places

    def finished(self, outputs: Mapping[str, tuple[Value, tuple[int, ...]]]) -> Computation:
        """What was collected, with what comes out under these names: (value, shape without n)."""
        for name, (value, _) in outputs.items():
            self._steps.append(Step(op="Identity", inputs=(value.name,), outputs=(name,)))
        return Computation(
            steps=tuple(self._steps),
            constants=dict(self._constants),
            inputs=dict(self._inputs),
            outputs={name: shape for name, (_, shape) in outputs.items()},
        )

    def _constant(self, value: float | Array) -> str:
        array = np.asarray(value)
        if array.dtype.kind == "f" or np.isscalar(value):
            array = array.astype(np.float32)
        name = f"constant_{len(self._constants)}"
        self._constants[name] = np.ascontiguousarray(array) if array.ndim else array
        return name
