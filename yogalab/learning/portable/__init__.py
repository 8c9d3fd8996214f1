"""What a version computes, written down step by step, so that programs without YogaLab can carry it out.

Each file here says in operators what its neighbour in `learning` or `poses` says in NumPy; a test holds the two
against each other.
"""

from __future__ import annotations

from yogalab.learning.portable.answers import written_down

__all__ = ["written_down"]
