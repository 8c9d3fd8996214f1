"""One panel of a page: a gr.HTML whose script asks server functions, each with the coach resolved."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeVar

import gradio as gr

from yogalab.errors import NotUnderstood, YogaLabError
from yogalab.records import Coach
from yogalab.ui.scripts import address
from yogalab.ui.sessions import coach_of
from yogalab.ui.spoken import said_later
from yogalab.words import sentence

Ask = Mapping[str, object]
# What a page answers: (who, what the script asked) -> something JSON can carry.
Handler = Callable[[Coach, Ask], object]
Choice = TypeVar("Choice", bound=StrEnum)

# What 64 bits hold.
_LARGEST: Final = 2**63 - 1

_log = logging.getLogger(__name__)


def answering(handler: Handler) -> Callable[..., dict[str, object]]:
    """A handler as a server function: {"ok": answer}, or {"error": sentence, "code": code}.

    The coach comes from the request, never from what the script says of itself.
    """

    def answer(asked: object, request: gr.Request) -> dict[str, object]:
        return told(lambda: handler(coach_of(request), _object(asked)), handler.__name__)

    answer.__name__ = handler.__name__
    return answer


def told(work: Callable[[], object], name: str) -> dict[str, object]:
    """Do something; {"ok": answer}, or {"error": sentence, "code": code}."""
    try:
        return {"ok": work()}
    except YogaLabError as error:
        return {"error": sentence(error), "code": error.code}
    except Exception as error:
        # Gradio would answer with a bare 500; the page would have nothing to say.
        _log.exception("%s failed", name)
        return {"error": sentence(error), "code": "error"}


def panel(name: str, handlers: Sequence[Handler], *, label: str) -> gr.HTML:
    """A panel drawn by `assets/<name>.js`, whose `mount` gets the element and the server functions.

    label: the code of its name for screen readers.
    """
    return gr.HTML(
        html_template=f'<section class="yl yl-{name}" aria-label="{said_later(label)}"></section>',
        js_on_load=(
            f'import(new URL("{address(f"{name}.js")}", document.baseURI))'
            ".then(page => page.mount(element.querySelector('.yl'), server))"
        ),
        apply_default_css=False,
        server_functions=[answering(handler) for handler in handlers],
        elem_id=f"yl-{name}",
    )


def _object(asked: object) -> Ask:
    """Raises NotUnderstood."""
    if not asked:
        return {}
    if not isinstance(asked, Mapping):
        raise NotUnderstood(what=type(asked).__name__)
    return asked


# --- reading what a script sent -------------------------------------------------------------------


def whole(asked: Ask, name: str, default: int | None = None) -> int:
    """A whole number that a database can hold. Raises NotUnderstood where it is missing or something else."""
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not -_LARGEST <= value <= _LARGEST:
        raise NotUnderstood(what=name)
    return value


def wholes(asked: Ask, name: str) -> list[int]:
    """A list of whole numbers, empty where there is none. Raises NotUnderstood."""
    return [whole({name: value}, name) for value in _listed(asked, name)]


def texts(asked: Ask, name: str) -> list[str]:
    """A list of strings, empty where there is none. Raises NotUnderstood."""
    values = _listed(asked, name)
    if not all(isinstance(value, str) for value in values):
        raise NotUnderstood(what=name)
    return [str(value) for value in values]


def choice(asked: Ask, name: str, kind: type[Choice], default: Choice | None = None) -> Choice:
    """One of a few words. Raises NotUnderstood for any other."""
    if default is not None and not asked.get(name):
        return default
    try:
        return kind(text(asked, name))
    except ValueError as error:
        raise NotUnderstood(what=name) from error


def _listed(asked: Ask, name: str) -> list[object]:
    values = asked.get(name) or []
    if not isinstance(values, list):
        raise NotUnderstood(what=name)
    return values


def text(asked: Ask, name: str, default: str = "") -> str:
    """A string, the default where there is none."""
    value = asked.get(name)
    return value if isinstance(value, str) else default


def share(asked: Ask, name: str, default: float) -> float:
    """A number from 0 to 1."""
    value = asked.get(name)
    # Compared before it is made a float, which the largest whole numbers cannot be.
    return float(min(max(value, 0), 1)) if isinstance(value, int | float) else default
