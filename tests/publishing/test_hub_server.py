"""The test hub run by itself, as the browser tests use it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError


def test_it_runs_as_a_process_and_fails_on_request() -> None:
    command = [sys.executable, "-m", "tests.hub_server"]
    hub = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    try:
        assert hub.stdout is not None
        url = hub.stdout.readline().strip()
        api = HfApi(endpoint=url, token="hf_coach")
        assert api.whoami()["name"] == "coach"
        wish = json.dumps({"match": "POST /api/repos/create", "how": 500}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{url}/_fail", data=wish, method="POST")).close()
        with pytest.raises(HfHubHTTPError):
            api.create_repo("coach/poses")
        api.create_repo("coach/poses", private=True)
        api.upload_file(path_or_fileobj=b"hello", path_in_repo="README.md", repo_id="coach/poses")
        assert api.list_repo_files("coach/poses") == [".gitattributes", "README.md"]
    finally:
        hub.terminate()
        hub.wait()
