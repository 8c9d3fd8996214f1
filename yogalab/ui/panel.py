"""One panel of a page: a gr.HTML whose script asks server functions, each with the coach resolved."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

import gradio as gr

from yogalab.errors import YogaLabError
from yogalab.records import Coach
from yogalab.ui.scripts import address
from yogalab.ui.sessions import coach_of
from yogalab.ui.spoken import said_later
from yogalab.words import sentence

Ask = Mapping[str, object]
# What a page answers: (who, what the script asked) -> something JSON can carry.
Handler = Callable[[Coach, Ask], object]

_log = logging.getLogger(__name__)


def answering(handler: Handler) -> Callable[..., dict[str, object]]:
    """A handler as a server function: {"ok": answer}, or {"error": sentence, "code": code}.

    The coach comes from the request, never from what the script says of itself.
    """

    def answer(asked: dict[str, object] | None, request: gr.Request) -> dict[str, object]:
        return told(lambda: handler(coach_of(request), asked or {}), handler.__name__)

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


# --- reading what a script sent -------------------------------------------------------------------


def whole(asked: Ask, name: str, default: int | None = None) -> int:
    """A whole number. Raises ValueError where it is missing or something else."""
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{name}: {value!r}")
    return value


def wholes(asked: Ask, name: str) -> list[int]:
    """A list of whole numbers, empty where there is none."""
    values = asked.get(name) or []
    if not isinstance(values, list):
        raise ValueError(f"{name}: {values!r}")
    return [whole({name: value}, name) for value in values]


def texts(asked: Ask, name: str) -> list[str]:
    """A list of strings, empty where there is none."""
    values = asked.get(name) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name}: {values!r}")
    return values


def text(asked: Ask, name: str, default: str = "") -> str:
    """A string, the default where there is none."""
    value = asked.get(name)
    return value if isinstance(value, str) else default


def share(asked: Ask, name: str, default: float) -> float:
    """A number from 0 to 1."""
    value = asked.get(name)
    return min(max(float(value), 0.0), 1.0) if isinstance(value, int | float) else default
