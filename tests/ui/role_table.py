"""Who may do what, for everything that is exposed: what the tests hold the lab to."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PIL import Image

from tests.ui.inhabited import ASKERS, OWN_PASSWORD, Call, World
from yogalab.records import Coach, Role

VISITOR, VIEWER, COACH, OWNER = Role.VISITOR, Role.VIEWER, Role.COACH, Role.OWNER
Make = Callable[[World, Coach], Call]
Asked = Callable[[World, Coach], object]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """needs: the least role, None where nobody has to sign in. own: the request for a thing of one's own.

    other: for another's thing, which takes the role `others`, None where it is nobody's to touch; without it
    the thing is everybody's. fine, statuses: troubles that have nothing to do with roles.
    """

    needs: Role | None
    own: Make
    other: Make | None = None
    others: Role | None = None
    fine: frozenset[str] = frozenset()
    statuses: frozenset[int] = frozenset()

    def allows(self, asker: str, whose: str) -> bool:
        if whose == "other" and self.others is None:
            return False
        least = self.needs if whose == "own" else self.others
        return ASKERS.index(asker) >= (0 if least is None else ASKERS.index(least.value))


def fn(
    name: str, needs: Role, asked: Asked, other: Asked | None = None, others: Role | None = None, fine: str = ""
) -> tuple[str, Rule]:
    """A server function. fine: codes, with blanks between them."""
    return name, Rule(
        needs=needs,
        own=lambda world, who: world.function(name, asked(world, who)),
        other=None if other is None else lambda world, who: world.function(name, other(world, who)),
        others=others,
        fine=frozenset(fine.split()),
    )


def nothing(world: World, who: Coach) -> object:
    return {}


def always(**asked: object) -> Asked:
    return lambda world, who: asked


def said(**asked: object) -> Asked:
    """Something said under a new name."""
    return lambda world, who: {**asked, "event": world.event()}


def undo_named(world: World, who: Coach) -> object:
    photo, event = world.label(who)
    return {"event": world.event(), "target": event, "photo": photo}


def undo_click(world: World, who: Coach) -> object:
    return {"event": world.event(), "click": world.click(who)}


def undo_many(world: World, who: Coach) -> object:
    return {"event": world.event(), "events": [world.label(who)[1]]}


def same_name(more: Mapping[str, object]) -> Asked:
    """An answer under the name that an answer of this person has already."""

    def asked(world: World, who: Coach) -> object:
        photo, event = world.label(who)
        return {"photo": photo, "event": event, **more}

    return asked


def entries(make: Asked) -> Asked:
    return lambda world, who: {"entries": [{"name": "label", **make(world, who)}]}  # type: ignore[dict-item]


def seat(world: World, who: Coach) -> object:
    """The seat on which this person's page sits, with photos in hand."""
    world.lab.review.queue(Coach(id=who.id, name=who.name, role=COACH), 2, seat=f"page-{who.id}")
    return {"seat": f"page-{who.id}"}


def photos_of(world: World, who: Coach) -> object:
    return {"photos": [world.photo(who)]}


def withdrawn_of(world: World, who: Coach) -> object:
    return {"wanted": {"withdrawn": [world.photo(who)]}}


def somebody(**more: object) -> Asked:
    return lambda world, who: {"id": world.guest(), **more}


def oneself(**more: object) -> Asked:
    return lambda world, who: {"id": who.id, **more}


LABEL = said(photo=3, pose=2)
FUNCTIONS = dict(
    [
        fn("shell.state", VISITOR, nothing),
        fn("shell.steps", VIEWER, nothing),
        fn("shell.kept", VISITOR, nothing),
        fn("shell.people", OWNER, nothing),
        fn(
            "shell.give_role",
            OWNER,
            oneself(role="owner"),
            somebody(role="coach"),
            OWNER,
            "people.settled_role",
        ),
        fn("shell.let_go", OWNER, oneself(), somebody(), OWNER, "people.last_owner"),
        fn("shell.invite", OWNER, always(role="viewer")),
        fn("shell.withdraw", OWNER, always(id="0" * 12), fine="people.invitation_unknown"),
        fn("photos.grid", VIEWER, always(count=4, bones=True)),
        fn("photos.filters", VIEWER, nothing),
        fn("photos.photo", VIEWER, always(photo=1)),
        fn("photos.matching", VIEWER, nothing),
        *(
            fn(f"photos.{name}", COACH, asked, asked, OWNER)
            for name, asked in (("consents", photos_of), ("agree", withdrawn_of))
        ),
        fn("photos.shaped", VIEWER, always(photos=[1])),
        fn("photos.name_all", COACH, said(photos=[3, 4], pose=2)),
        fn("photos.take_back", COACH, undo_click, undo_click),
        fn(
            "photos.delete",
            COACH,
            photos_of,
            photos_of,
            OWNER,
        ),
        fn("photos.label", COACH, LABEL, same_name({"pose": 3})),
        fn("photos.undo", COACH, undo_named, undo_named),
        fn("photos.search", VISITOR, always(text="tree")),
        fn("photos.add_pose", OWNER, lambda world, who: {"name": f"New {world.number()}"}),
        fn("review.queue", VIEWER, seat, seat),
        fn("review.advice", VIEWER, nothing),
        fn("review.own", VIEWER, nothing),
        fn("review.card", VIEWER, always(photo=1)),
        fn("review.turn", COACH, always(photo=1, person=0)),
        fn("review.explain", VIEWER, always(photo=1)),
        fn("review.sitting", COACH, nothing),
        fn("review.label", COACH, LABEL, same_name({"pose": 3})),
        fn("review.mark", COACH, said(photo=3, kind="skip"), same_name({"kind": "nobody"})),
        fn("review.undo", COACH, undo_named, undo_named),
        fn("review.search", VISITOR, always(text="tree")),
        fn("review.add_pose", OWNER, lambda world, who: {"name": f"New {world.number()}"}),
        fn("review.answers", COACH, entries(LABEL), entries(same_name({"pose": 3}))),
        fn("review.missing", COACH, always(events=["x" * 12])),
        *(fn(f"check.{name}", VIEWER, nothing) for name in ("suspects", "disagreements", "copies", "skipped")),
        fn("check.agreement", VIEWER, nothing),
        fn("check.keep", COACH, said(photos=[1], check="suspects")),
        fn("check.settle", COACH, said(photo=1, pose=2, check="suspects")),
        fn("check.rule", OWNER, said(photo=1, pose=2)),
        fn("check.alike", COACH, said(photos=[1, 2], pose=2)),
        fn("check.take_back", COACH, undo_many, undo_many),
        fn("check.label", COACH, LABEL, same_name({"pose": 3})),
        fn("check.mark", COACH, said(photo=3, kind="skip"), same_name({"kind": "nobody"})),
        fn("check.search", VISITOR, always(text="tree")),
        fn("check.add_pose", OWNER, lambda world, who: {"name": f"New {world.number()}"}),
        *(fn(f"models.{name}", VIEWER, nothing) for name in ("state", "progress", "learning")),
        fn("models.changes", VIEWER, always(number=1)),
        fn("models.train", OWNER, nothing, fine="training.nothing_new training.busy"),
        fn("models.tune", OWNER, always(rung="R3"), fine="tuning.no_encoder"),
        fn("models.machines", OWNER, nothing, fine="rent.no_image"),
        fn("models.terms", OWNER, always(rung="R3", machine="", minutes=5), fine="rent.no_image"),
        fn("models.rent", OWNER, always(rung="R3", machine="", minutes=5, agreed=""), fine="rent.no_image"),
        fn("models.said", COACH, lambda world, who: {"job": world.job()}),
        fn("models.cancel", OWNER, lambda world, who: {"job": world.job()}),
        fn("models.activate", OWNER, always(number=1)),
        fn("models.rollback", OWNER, nothing, fine="version.none_before"),
        fn("models.publish", OWNER, always(number=1, repo="a/b")),
        fn("models.outline", OWNER, always(number=1, repo="a/b")),
        fn("models.data_outline", OWNER, nothing, fine="exchange.nothing"),
        fn("models.publish_data", OWNER, always(repo="a/b"), fine="exchange.nothing"),
        fn("models.pull", OWNER, always(repo="nobody/nothing"), fine="version.not_found"),
        fn("models.choose_encoder", OWNER, nothing),
        fn("poses.gallery", VISITOR, nothing),
        fn("poses.add", OWNER, lambda world, who: {"name": f"New {world.number()}"}),
        fn("poses.understand", VIEWER, always(looks="standing, one knee bent")),
        fn("poses.rename", OWNER, lambda world, who: {"pose": world.pose(), "name": f"Other {world.number()}"}),
        fn("poses.merge", OWNER, lambda world, who: {"pose": world.pose(), "into": 2}),
        fn("poses.hide", OWNER, lambda world, who: {"pose": world.pose(), "hidden": True}),
        fn("poses.keep_only", OWNER, always(poses=[2, 3, 4, 5])),
    ]
)


def get(
    path: str, needs: Role | None, *, at: str | None = None, statuses: set[int] | None = None
) -> tuple[str, Rule]:
    """at: the path with its blanks filled."""
    call = Call(method="GET", path=at or path)
    return f"GET {path}", Rule(needs=needs, own=lambda world, who: call, statuses=frozenset(statuses or ()))


def post(
    path: str,
    needs: Role | None,
    make: Make | None = None,
    other: Make | None = None,
    others: Role | None = None,
    *,
    statuses: set[int] | None = None,
    method: str = "POST",
) -> tuple[str, Rule]:
    call = Call(method=method, path=path)
    rule = Rule(
        needs=needs,
        own=make or (lambda world, who: call),
        other=other,
        others=others,
        statuses=frozenset(statuses or ()),
    )
    return f"{method} {path}", rule


def sent(path: str, content: bytes = b"", json: object = None) -> Make:
    return lambda world, who: Call(method="POST", path=path, content=content or None, json=json)


def small_photo(number: int) -> bytes:
    """A photo of a few kilobytes: whoever is refused is told before theirs is read."""
    file = io.BytesIO()
    Image.new("RGB", (400, 300), (number % 256, number // 256 % 256, 90)).save(file, "JPEG")
    return file.getvalue()


def photo_form(path: str) -> Make:
    """A form with one small drawn photo."""

    def make(world: World, who: Coach) -> Call:
        drawn = small_photo(world.number())
        parts = (
            b'Content-Disposition: form-data; name="consent"\r\n\r\nagreed',
            b'Content-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n' + drawn,
        )
        body = b"".join(b"--line\r\n" + part + b"\r\n" for part in parts) + b"--line--\r\n"
        return Call(
            method="POST",
            path=path,
            content=body,
            headers={"content-type": "multipart/form-data; boundary=line"},
        )

    return make


def leaving(world: World, who: Coach) -> Call:
    seat(world, who)
    return Call(method="POST", path=f"/lab/review/leave?seat=page-{who.id}")


def token(world: World, who: Coach) -> Call:
    return Call(method="DELETE", path=f"/api/v1/tokens/{world.token(who)}")


def job(world: World, who: Coach) -> Call:
    return Call(method="POST", path=f"/api/v1/jobs/{world.job()}/cancel")


def api_label(world: World, who: Coach) -> Call:
    return Call(method="POST", path="/api/v1/labels", json={"event": world.event(), "photo": 3, "pose": "tree"})


def api_label_again(world: World, who: Coach) -> Call:
    photo, event = world.label(who)
    return Call(method="POST", path="/api/v1/labels", json={"event": event, "photo": photo, "pose": "boat"})


def api_undo(world: World, who: Coach) -> Call:
    return Call(method="POST", path="/api/v1/labels/undo", json=undo_named(world, who))


def look(path: str) -> Make:
    return lambda world, who: Call(method="POST", path=path, content=world.studio.draw("tree", 1).data)


def tool(name: str, **given: object) -> tuple[str, Rule]:
    sent = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": given}}
    accept = {"accept": "application/json, text/event-stream"}
    call = Call(method="POST", path="/gradio_api/mcp/", json=sent, headers=accept)
    return f"tool {name}", Rule(needs=VISITOR, own=lambda world, who: call)


ROUTES = dict(
    [
        *(
            get(path, VISITOR)
            for path in ("/", "/config", "/config/", "/theme.css", "/favicon.ico", "/robots.txt")
        ),
        get("/assets/{path:path}", VISITOR, at="/assets/nothing.js", statuses={404}),
        get("/static/{path:path}", VISITOR, at="/static/nothing.js", statuses={404}),
        get("/figure/{slug}.svg", VISITOR, at="/figure/tree.svg"),
        get("/lab/poses.json", VISITOR),
        get("/lab/words.json", VISITOR),
        get("/lab/assets/{mark}/{name}", VISITOR, at="/lab/assets/mark/core.js"),
        get("/photo/{number}", VIEWER, at="/photo/1?edge=160"),
        get("/lab/versions/{number:int}.zip", OWNER, at="/lab/versions/1.zip"),
        get("/lab/lab.zip", OWNER),
        post("/lab/photos", COACH, photo_form("/lab/photos")),
        post("/lab/photos/stop/{run}", VISITOR, sent("/lab/photos/stop/mine"), statuses={404}),
        post("/lab/drawn", COACH),
        post("/lab/review/leave", VIEWER, leaving, leaving),
        post("/lab/leave", VISITOR),
        post("/lab/language", VISITOR, sent("/lab/language", json={"language": "de"})),
        # Here people have the name and the password of their account.
        post(
            "/lab/name",
            VISITOR,
            sent("/lab/name", json={"name": "Ben"}),
            sent("/lab/name", json={"name": "Ben"}),
            statuses={409},
        ),
        post(
            "/lab/password",
            VISITOR,
            sent("/lab/password", json={"old": "wrong", "new": OWN_PASSWORD}),
            statuses={409},
        ),
        post("/lab/look", VISITOR, look("/lab/look")),
        post("/lab/live", VISITOR, sent("/lab/live?seat=a&at=1", content=b"x"), statuses={400}),
        post("/lab/live/off", VISITOR, sent("/lab/live/off?seat=a")),
        # What is asked there is asked by name: see the functions and the tools.
        post("/gradio_api/component_server", VISITOR, statuses={400}),
        post("/gradio_api/component_server/", VISITOR, statuses={400}),
        post("/gradio_api/mcp/", VISITOR, statuses={400, 406, 415}),
        post("/gradio_api/mcp/messages/", VISITOR, statuses={400, 404}),
        get("/gradio_api/mcp/schema", VISITOR),
        *(get(f"/api/v1/{path}", VISITOR) for path in ("me", "poses", "docs", "openapi.json")),
        post("/api/v1/predict", VISITOR, look("/api/v1/predict")),
        get("/api/v1/versions", VIEWER),
        get("/api/v1/photos/{number}", VIEWER, at="/api/v1/photos/1"),
        get("/api/v1/jobs/{number}", VIEWER, at="/api/v1/jobs/1"),
        get("/api/v1/tokens", VIEWER),
        post("/api/v1/tokens", VIEWER, sent("/api/v1/tokens", json={"name": "mine"}), statuses={409}),
        post("/api/v1/tokens/{token_id}", VIEWER, token, token, OWNER, method="DELETE"),
        post("/api/v1/queue", VIEWER, sent("/api/v1/queue", json={"seat": "a"})),
        post("/api/v1/photos", COACH, photo_form("/api/v1/photos")),
        post("/api/v1/labels", COACH, api_label, api_label_again),
        post("/api/v1/labels/undo", COACH, api_undo, api_undo),
        post("/api/v1/trainings", OWNER, statuses={409}),
        post("/api/v1/jobs/{number}/cancel", OWNER, job),
    ]
)
# An event stream has no end; that it begins for whom the gate lets in is seen in test_tools.
STREAMS = {"GET /gradio_api/mcp/sse"}
TOOLS = dict([tool("list_poses"), tool("predict_pose", picture="x")])
# What nobody has to sign in for: it lets them in, or does not.
DOOR = dict(
    [
        get("/login", None),
        post("/login", None, sent("/login", content=b"name=Vera&password=wrong"), statuses={401, 413, 429}),
        get("/invite/{secret}", None, at="/invite/wrong", statuses={410}),
    ]
)
