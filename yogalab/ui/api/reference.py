"""The page that says how programs ask, made from the schema they read. It needs no other host and no script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, Final

from starlette.responses import HTMLResponse

from yogalab.lab.parts import lesser
from yogalab.records import Coach, Role
from yogalab.ui.api import examples
from yogalab.ui.scripts import address as script
from yogalab.words import say

Schema = Mapping[str, Any]
_METHODS: Final = ("get", "post", "put", "patch", "delete")


def reference(schema: Schema, who: Coach, *, address: str) -> HTMLResponse:
    """Return the page. address: where the lab is reached, for the examples."""
    here = f"{address}/api/v1" if not address.endswith("/api/v1") else address
    lab = here.removesuffix("/api/v1")
    text = _page().substitute(
        title=escape(say("api.title")),
        style=script("api.css"),
        script=script("api_tokens.js"),
        lead=say("api.lead", schema='<a href="openapi.json"><code>openapi.json</code></a>'),
        signing_in=_section("signing-in", say("api.signing_in"), _paragraph(schema["info"]["description"])),
        tokens=_tokens(who),
        examples=_section("examples", say("api.examples"), "".join(_examples(lab))),
        tools=_section("tools", say("api.tools"), _tools(lab)),
        operations=_section("asked", say("api.asked"), "".join(_operations(schema))),
        shapes=_section("shapes", say("api.shapes"), "".join(_shapes(schema))),
    )
    return HTMLResponse(text, headers={"Cache-Control": "private, no-cache"})


@cache
def _page() -> Template:
    return Template(files("yogalab.ui").joinpath("assets", "api.html").read_text(encoding="utf-8"))


def _section(name: str, title: str, inside: str) -> str:
    head = f'<h2 id="{name}-title">{escape(title)}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-title">{head}{inside}</section>'


def _paragraph(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.strip().split("\n\n"))


def _code(text: str) -> str:
    # It scrolls sideways: whoever has no mouse must be able to stand in it.
    return f'<pre tabindex="0"><code>{escape(text.strip())}</code></pre>'


# --- tokens, examples, tools ----------------------------------------------------------------------


def _tokens(who: Coach) -> str:
    """A form that `api_tokens.js` makes work, for whoever may have tokens."""
    if who.role is Role.VISITOR:
        return ""
    roles = [role for role in (Role.VIEWER, Role.COACH, Role.OWNER) if lesser(role, who.role) is role]
    picks = "".join(f'<option value="{role.value}">{role.value}</option>' for role in roles)
    days = "".join(
        f'<option value="{number}">{escape(say(code))}</option>'
        for number, code in (("30", "api.days_30"), ("365", "api.days_365"), ("", "api.days_never"))
    )
    said = {name: say(f"api.token_{name}") for name in ("drop", "copy", "none", "unused")}
    said.update({name: say(f"api.token_{name}", date="{}") for name in ("used", "ends")})
    said["of"] = say("api.token_of", coach="{}")
    known = f'data-said="{escape(json.dumps(said), quote=True)}" data-coach="{escape(who.id, quote=True)}"'
    name = '<input name="name" maxlength="60" required autocomplete="off">'
    form = (
        f'<div class="tokens" {known}><p>{escape(say("api.tokens_lead"))}</p><form>'
        f"<label>{escape(say('api.token_name'))}{name}</label>"
        f'<label>{escape(say("api.token_role"))}<select name="role">{picks}</select></label>'
        f'<label>{escape(say("api.token_days"))}<select name="days">{days}</select></label>'
        f"<button>{escape(say('api.token_make'))}</button></form>"
        '<p class="told" role="alert" hidden></p><div class="fresh" role="status"></div><ul></ul></div>'
    )
    return _section("tokens", say("api.tokens"), form)


def _examples(lab: str) -> Iterator[str]:
    for name, text in examples.EXAMPLES.items():
        yield f"<h3>{escape(name)}</h3>{_code(examples.filled(text, lab=lab))}"


def _tools(lab: str) -> str:
    where = f"<code>{escape(lab)}/gradio_api/mcp/</code>"
    return f"<p>{say('api.tools_lead', address=where)}</p>{_code(examples.filled(examples.TOOLS, lab=lab))}"


# --- what can be asked ----------------------------------------------------------------------------


def _operations(schema: Schema) -> Iterator[str]:
    for path, ways in schema["paths"].items():
        for method in _METHODS:
            if method in ways:
                yield _operation(method.upper(), f"/api/v1{path}", ways[method])


def _operation(method: str, path: str, about: Schema) -> str:
    answers = {status: one for status, one in about["responses"].items() if status.startswith("2")}
    (status, answer), *_ = answers.items()
    shape = answer.get("content", {}).get("application/json", {}).get("schema")
    given = f"{status} {_type(shape)}" if shape else status
    head = f'<span class="method">{method}</span> <code>{escape(path)}</code>'
    parts = [
        f'<article id="{about["operationId"]}"><h3>{head}</h3>',
        _paragraph(about.get("description") or about.get("summary", "")),
        f'<p class="needs">{escape(say("api.needs", role=about["x-role"]))}</p>' if "x-role" in about else "",
        _listed(say("api.parameters"), [_parameter(one) for one in about.get("parameters", [])]),
        _listed(say("api.body"), _body(about.get("requestBody", {}))),
        f"<dl><dt>{escape(say('api.answer'))}</dt><dd>{given}</dd></dl></article>",
    ]
    return "".join(parts)


def _listed(title: str, rows: list[str]) -> str:
    if not rows:
        return ""
    return f"<dl><dt>{escape(title)}</dt>{''.join(f'<dd>{row}</dd>' for row in rows)}</dl>"


def _parameter(one: Schema) -> str:
    return _field(
        one["name"], one["schema"], required=one.get("required", False), told=one.get("description", "")
    )


def _body(body: Schema) -> list[str]:
    rows = []
    for media, one in body.get("content", {}).items():
        shape = one["schema"]
        rows.append(f"<code>{escape(media)}</code> {'' if 'properties' in shape else _type(shape)}")
        rows += [
            _field(name, field, required=name in shape.get("required", ()), told=field.get("description", ""))
            for name, field in shape.get("properties", {}).items()
        ]
    return rows


def _field(name: str, shape: Schema, *, required: bool, told: str = "") -> str:
    left_out = "" if required else f" <small>({escape(say('api.optional'))})</small>"
    return f"<code>{escape(name)}</code> {_type(shape)}{left_out} {escape(told)}"


def _shapes(schema: Schema) -> Iterator[str]:
    for name, shape in sorted(schema["components"]["schemas"].items()):
        # FastAPI's own, of errors that are never answered here.
        if "properties" not in shape or name.endswith("ValidationError"):
            if "enum" in shape:
                yield f'<article id="{name}"><h3>{name}</h3><p>{_type(shape)}</p></article>'
            continue
        rows = [
            _field(field, one, required=field in shape.get("required", ()))
            for field, one in shape["properties"].items()
        ]
        told = _paragraph(shape.get("description", "")) + "<ul>" + "".join(f"<li>{row}</li>" for row in rows)
        yield f'<article id="{name}"><h3>{name}</h3>{told}</ul></article>'


def _type(shape: Schema) -> str:
    """A type in a few words, linked to what it names."""
    if "$ref" in shape:
        name = shape["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    for several in ("anyOf", "oneOf"):
        if several in shape:
            return " | ".join(_type(one) for one in shape[several])
    if "enum" in shape:
        return " | ".join(f"<code>{escape(json.dumps(one))}</code>" for one in shape["enum"])
    if "const" in shape:
        return f"<code>{escape(json.dumps(shape['const']))}</code>"
    if shape.get("type") == "array":
        return f"{_type(shape.get('items', {}))}[]"
    return escape(str(shape.get("format") or shape.get("type") or "any"))
