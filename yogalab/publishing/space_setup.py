"""What a Space is set up with beside its files: secrets, variables, hardware, who may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from huggingface_hub import HfApi, get_token
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from yogalab.errors import SecretMissing, SpacePayment, ZeroGpuRefused
from yogalab.publishing.line import is_repo
from yogalab.records import SpaceItem, SpaceSecret, SpaceTurn, SpaceWish
from yogalab.settings import NO_ENCODER, Settings

FREE_HARDWARE: Final = "cpu-basic"
ZERO_GPU: Final = "zero-a10g"
# Handed over whenever they are set here: they are made for one lab. A token and a database are not.
_ALWAYS: Final = (SpaceSecret.PASSWORD, SpaceSecret.SESSIONS)
_PAYMENT_REQUIRED: Final = 402


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceSetup:
    """What is to be set. None stays as it is."""

    secrets: Mapping[str, str] = field(repr=False)
    variables: Mapping[str, str]
    hardware: str | None
    private: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceThere:
    """How a Space is set up now; `secrets` are names, nobody can read the values back."""

    private: bool
    hardware: str | None
    secrets: Collection[str]
    variables: Mapping[str, str]


def setup_of(wish: SpaceWish, settings: Settings, token: str | None) -> SpaceSetup:
    """Return what a Space of a lab with these settings is to be set up with. Raises SecretMissing."""
    known = {
        SpaceSecret.PASSWORD: settings.password,
        SpaceSecret.SESSIONS: settings.secret,
        SpaceSecret.TOKEN: token or get_token(),
        SpaceSecret.DATABASE: settings.database_url,
    }
    for name in wish.secrets:
        if not known[name]:
            raise SecretMissing(name=name.value)
    wanted = {name: known[name] for name in SpaceSecret if name in _ALWAYS or name in wish.secrets}
    return SpaceSetup(
        secrets={name.value: value for name, value in wanted.items() if value},
        variables={**_variables(settings), **wish.variables},
        hardware=wish.hardware,
        private=wish.private,
    )


def _variables(settings: Settings) -> dict[str, str]:
    """What anybody may read, as this lab has it; who visitors are is settled there."""
    given = {
        "YOGALAB_REPO": settings.hub_repo,
        "YOGALAB_VAULT": settings.vault if is_repo(settings.vault or "") else None,
        "YOGALAB_OWNERS": settings.owners,
        "YOGALAB_ENCODER": NO_ENCODER if settings.encoder == "" else settings.encoder,
    }
    return {name: value for name, value in given.items() if value}


def setup_there(api: HfApi, repo: str) -> SpaceThere | None:
    """Return how the Space is set up; None when there is none, or none that the token may see."""
    try:
        info = api.space_info(repo)
    except RepositoryNotFoundError:
        return None
    return SpaceThere(
        private=bool(info.private),
        hardware=api.get_space_runtime(repo).requested_hardware,
        secrets=frozenset(api.get_space_secrets(repo)),
        variables={name: one.value for name, one in api.get_space_variables(repo).items()},
    )


def create(api: HfApi, repo: str, setup: SpaceSetup) -> None:
    """Make the Space, on its hardware at once: a free account may make none on any other.

    Raises SpacePayment, ZeroGpuRefused, and what the Hub's client raises.
    """
    try:
        api.create_repo(
            repo,
            repo_type="space",
            space_sdk="gradio",
            space_hardware=setup.hardware,  # type: ignore[arg-type]
            private=setup.private is not False,
            exist_ok=True,
        )
    except HfHubHTTPError as error:
        raise _payment(error, repo, setup) or error from error


def bring_about(api: HfApi, repo: str, setup: SpaceSetup, there: SpaceThere) -> None:
    """Set what differs, the secrets in any case: before the code, whose first start already asks for them.

    Raises SpacePayment, ZeroGpuRefused, and what the Hub's client raises.
    """
    if setup.private is not None and setup.private != there.private:
        api.update_repo_settings(repo, repo_type="space", private=setup.private)
    for name, value in setup.secrets.items():
        api.add_space_secret(repo, key=name, value=value)
    for name, value in setup.variables.items():
        if there.variables.get(name) != value:
            api.add_space_variable(repo, key=name, value=value)
    if setup.hardware not in (None, there.hardware):
        try:
            api.request_space_hardware(repo, setup.hardware)  # type: ignore[arg-type]
        except HfHubHTTPError as error:
            raise _payment(error, repo, setup) or error from error


def _payment(error: HfHubHTTPError, repo: str, setup: SpaceSetup) -> SpacePayment | ZeroGpuRefused | None:
    if error.response.status_code != _PAYMENT_REQUIRED:
        return None
    hardware = setup.hardware or FREE_HARDWARE
    return ZeroGpuRefused(repo=repo) if hardware == ZERO_GPU else SpacePayment(repo=repo, hardware=hardware)


def items(setup: SpaceSetup, there: SpaceThere | None, *, asked: bool) -> Iterator[SpaceItem]:
    """Yield what deploying would do to every setting.

    asked: whether `there` is known; None then means that there is no Space.
    """

    def turn(now: object, wanted: object) -> SpaceTurn:
        if not asked:
            return SpaceTurn.UNKNOWN
        if there is None or now is None:
            return SpaceTurn.NEW
        return SpaceTurn.SAME if now == wanted else SpaceTurn.CHANGED

    hardware = setup.hardware or (there.hardware if there else None) or FREE_HARDWARE
    private = setup.private if setup.private is not None else (there.private if there else True)
    seen = {True: "private", False: "public"}
    now_seen = seen[there.private] if there else None
    yield SpaceItem(
        kind="visibility", name="who sees it", value=seen[private], turn=turn(now_seen, seen[private])
    )
    now = there.hardware if there else None
    yield SpaceItem(kind="hardware", name="runs on", value=hardware, turn=turn(now, hardware))
    for name in setup.secrets:
        there_already = SpaceTurn.SET_AGAIN if there and name in there.secrets else turn(None, name)
        yield SpaceItem(kind="secret", name=name, value=None, turn=there_already)
    for name, value in setup.variables.items():
        found = there.variables.get(name) if there else None
        yield SpaceItem(kind="variable", name=name, value=value, turn=turn(found, value))
