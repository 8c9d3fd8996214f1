"""The store under test: on SQLite always, on PostgreSQL where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.keeping.servers import postgres
from tests.keeping.things import Clock
from yogalab.keeping.store import SqlStore, open_store
from yogalab.settings import Settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """A lab of which nothing is there yet, on a database of each kind."""
    if request.param == "sqlite":
        return settings
    url = request.getfixturevalue("server")
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return replace(settings, database_url=url)


@pytest.fixture
def store(either: Settings, clock: Clock) -> Iterator[SqlStore]:
    opened = open_store(either, clock=clock)
    yield opened
    opened.close()
