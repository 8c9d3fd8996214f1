"""What the page names ahead is what its scripts ask for, all of it there."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from yogalab.ui.ahead import FIRST
from yogalab.ui.scripts import address


def test_the_page_names_ahead_what_its_scripts_will_ask_for(client: TestClient) -> None:
    told = client.get("/").headers["link"]
    named = re.findall(r"<([^>]+)>", told)
    answers = {name: client.get(f"/{name}") for name in named}
    assert {answer.status_code for answer in answers.values()} == {200}
    assert named[: len(FIRST)] == [address(name) for name in FIRST]
    wanted = {
        address(one)
        for name, answer in answers.items()
        if name.endswith(".js")
        for one in re.findall(r'from "\./([\w.]+)"', answer.text)
    }
    assert wanted <= set(named) and "lab/words.json" in named
    # They are asked for once; what another YogaLab's address stands for is not kept under it.
    assert "immutable" in answers[address("photos.js")].headers["cache-control"]
    stale = client.get("/lab/assets/0123456789ab/photos.js")
    assert stale.status_code == 200 and "no-cache" in stale.headers["cache-control"]
    # Nothing else is led to ask for them.
    assert "link" not in client.get("/lab/words.json").headers
