"""Out and in again nothing is lost; without the file beside it a data set says what its format can hold."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.test_exports import outgoing
from tests.exchange.things import BOAT, TREE, data_sets, everything, jpeg
from yogalab.errors import BadExport, BadTable, FileMissing, NoDataSet, PhotoError, YogaLabError
from yogalab.exchange import sidecar
from yogalab.exchange.folder import FolderExchange
from yogalab.exchange.labelstudio import standing
from yogalab.records import LabelKind, Outgoing, Told, Upload

EXCHANGE = FolderExchange()
FORMATS = EXCHANGE.formats


def brought(folder: Path, **how: Any) -> list[Upload]:
    return list(EXCHANGE.read(folder, **how))


def again(uploads: Sequence[Upload], photos: Sequence[Outgoing]) -> list[Outgoing]:
    """What came in as it would go out."""
    pairs = zip(uploads, photos, strict=True)
    return [replace(out, told=upload.told, read=partial(getattr, upload, "data")) for upload, out in pairs]


@pytest.mark.parametrize("kind", FORMATS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(photos=data_sets())
def test_nothing_is_lost(kind: str, photos: Sequence[Outgoing]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="yogalab-trip-"))
    try:
        EXCHANGE.write(photos, folder / "out", kind)
        offered = EXCHANGE.read(folder / "out")
        came = list(offered)
        assert len(offered) == len(came) == len(photos)
        for out, upload in zip(photos, came, strict=True):
            assert out.told is not None and upload.told is not None and upload.error is None
            assert everything(upload.told, upload.data) == everything(out.told, out.read())
        EXCHANGE.write(again(came, photos), folder / "again", kind)
        assert (folder / "again" / sidecar.NAME).read_text() == (folder / "out" / sidecar.NAME).read_text()
    finally:
        shutil.rmtree(folder)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(photos=data_sets(), cut=st.integers(0, 4000), junk=st.binary(max_size=40))
def test_a_damaged_file_beside_it_is_refused_by_its_line_or_read(
    photos: Sequence[Outgoing], cut: int, junk: bytes
) -> None:
    folder = Path(tempfile.mkdtemp(prefix="yogalab-cut-"))
    try:
        EXCHANGE.write(photos, folder / "out", "csv")
        file = folder / "out" / sidecar.NAME
        whole = file.read_bytes()
        file.write_bytes(whole[: cut % len(whole)] + junk + whole[(cut + 7) % len(whole) :])
        try:
            for upload in EXCHANGE.read(folder / "out"):
                assert isinstance(upload.told, Told) or upload.error
        except BadExport as error:
            assert error.data["name"] == sidecar.NAME and int(str(error.data["line"])) >= 1
    finally:
        shutil.rmtree(folder)


# --- without the file beside it ---------------------------------------------------------------------


def plain(photos: Sequence[Outgoing], kind: str, folder: Path) -> Mapping[bytes, Upload]:
    EXCHANGE.write(photos, folder, kind)
    return {upload.data: upload for upload in brought(folder, plain=True)}


@pytest.fixture
def few() -> Sequence[Outgoing]:
    """Two named, one that shows nobody, one nobody has looked at."""
    nobody = replace(outgoing(3, None), answer="nobody", coaches=("ben",))
    photos = [
        outgoing(1, TREE),
        outgoing(2, BOAT, holdout=True),
        nobody,
        outgoing(4, None, name='=HYPERLINK("x")'),
    ]
    return [replace(out, read=partial(jpeg, out.photo.id)) for out in photos]


def test_imagefolder_holds_the_pose(few: Sequence[Outgoing], tmp_path: Path) -> None:
    found = plain(few, "imagefolder", tmp_path / "out")
    assert [found[jpeg(n)].label for n in range(1, 5)] == ["tree", "boat", None, None]
    assert all(upload.told is None for upload in found.values())


@pytest.mark.parametrize("kind", ["csv", "coco", "parquet"])
def test_tables_hold_what_coaches_agree_on_and_where_a_photo_stands(
    kind: str, few: Sequence[Outgoing], tmp_path: Path
) -> None:
    by_photo = plain(few, kind, tmp_path / "out")
    found = [by_photo[jpeg(n)] for n in range(1, 5)]
    told = [one.told for one in found if one.told]
    assert [[(said.coach, said.kind, said.pose, said.side) for said in one.said] for one in told] == [
        [("anna", LabelKind.POSE, "tree", "left"), ("ben", LabelKind.POSE, "tree", "left")],
        [("anna", LabelKind.POSE, "boat", "left"), ("ben", LabelKind.POSE, "boat", "left")],
        [("ben", LabelKind.NOBODY, None, None)],
        [],
    ]
    assert told[0].said[0].at == few[0].labelled_at
    for one, out in zip(told, few, strict=True):
        photo = out.photo
        assert (one.holdout, one.group, one.consent) == (photo.holdout, str(photo.group), photo.consent)
        assert (one.added_by, one.added_at, one.source) == (photo.added_by, photo.added_at, photo.source)
        assert one.name == photo.name


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(photos=data_sets())
def test_label_studio_holds_every_coachs_last_word(photos: Sequence[Outgoing]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="yogalab-tasks-"))
    try:
        EXCHANGE.write(photos, folder / "out", "labelstudio")
        for out, upload in zip(photos, brought(folder / "out", plain=True), strict=True):
            assert out.told is not None and upload.told is not None
            assert (upload.data, upload.told.sha256) == (out.read(), out.told.sha256)
            assert [
                (said.coach, said.kind, said.pose, said.side, said.ms, said.at) for said in upload.told.said
            ] == [
                (said.coach, said.kind, said.pose, said.side, said.ms, said.at)
                for said in standing(out.told.said)
            ]
    finally:
        shutil.rmtree(folder)


# --- of other programs ------------------------------------------------------------------------------


def put(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(jpeg(number))


def labels(uploads: Sequence[Upload]) -> dict[str, str | None]:
    return {upload.name: upload.label for upload in uploads}


def test_coco_of_another_program_names_poses_by_category(tmp_path: Path) -> None:
    put(tmp_path, "images/a.jpg", "images/b.jpg")
    data = {
        "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
        "categories": [{"id": 5, "name": "Tree Pose"}, {"id": 6, "name": "person"}],
        "annotations": [{"image_id": 1, "category_id": 6}, {"image_id": 1, "category_id": 5}],
    }
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations" / "instances.json").write_text(json.dumps(data))
    for path in (tmp_path, tmp_path / "annotations" / "instances.json"):
        assert labels(brought(path)) == {"a.jpg": "Tree Pose", "b.jpg": None}


def test_parquet_of_another_program_names_classes_by_number(tmp_path: Path) -> None:
    features = {"image": {"_type": "Image"}, "label": {"names": ["tree", "boat"], "_type": "ClassLabel"}}
    table = pa.table(
        {"image": [{"bytes": jpeg(1), "path": None}, {"bytes": jpeg(2), "path": "b.jpg"}], "label": [1, 0]}
    ).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pq.write_table(table, tmp_path / "train-0000.parquet")  # type: ignore[no-untyped-call]
    assert [(upload.data, upload.label) for upload in brought(tmp_path)] == [
        (jpeg(1), "boat"),
        (jpeg(2), "tree"),
    ]


def test_label_studios_own_export_is_read_wherever_its_pictures_lie(tmp_path: Path) -> None:
    put(tmp_path, "photos/a.jpg", "0a1b2c3d-b.jpg", "c d.jpg")

    def task(image: str, *choices: str, control: str = "asana", **more: object) -> dict[str, object]:
        result = [{"type": "choices", "from_name": control, "value": {"choices": [one]}} for one in choices]
        return {"data": {"image": image}, "annotations": [{"result": result, **more}]}

    tasks = [
        task("/data/upload/1/deadbeef-a.jpg", "Tree", completed_by={"id": 4, "email": "anna@example.org"}),
        task("/data/upload/1/0a1b2c3d-b.jpg", "Boat", completed_by=7, lead_time=1.5),
        task("/data/local-files/?d=c%20d.jpg", "nobody"),
        task("https://elsewhere.example/e.jpg", was_cancelled=True),
        task("../../etc/hostname"),
    ]
    (tmp_path / "export.json").write_text(json.dumps(tasks))
    found = brought(tmp_path / "export.json")
    assert [bool(upload.data) for upload in found] == [True, True, True, False, False]
    told = [upload.told for upload in found if upload.told]
    assert [[(one.coach, one.kind.value, one.pose, one.ms) for one in each.said] for each in told] == [
        [("anna@example.org", "pose", "Tree", None)],
        [("label-studio-7", "pose", "Boat", 1500)],
        [("label-studio", "nobody", None, None)],
        [("label-studio", "skip", None, None)],
        [],
    ]
    assert isinstance(found[3].error, FileMissing) and isinstance(found[4].error, FileMissing)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", "{"),
        ("x.json", "[1]"),
        ("x.json", '[{"data": 3}]'),
        ("x.json", '{"images": [{"id": 1}]}'),
        ("x.json", "[" * 100_000),
        ("x.parquet", "no parquet"),
        ("x.csv", "a,b\n1,2\n"),
        ("x.txt", "hello"),
        ("yogalab.jsonl", "{}"),
        ("yogalab.jsonl", '{"yogalab": 99}'),
    ],
)
def test_what_is_no_data_set_is_refused_by_name(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    path = tmp_path if name == "yogalab.jsonl" else tmp_path / name
    with pytest.raises((BadExport, BadTable, NoDataSet)) as caught:
        brought(path)
    assert isinstance(caught.value, YogaLabError) and caught.value.data["name"] == name


def test_a_data_set_names_no_file_outside_itself(few: Sequence[Outgoing], tmp_path: Path) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(jpeg(9))
    EXCHANGE.write(few, tmp_path / "out", "csv")
    (tmp_path / "out" / "link.jpg").symlink_to(secret)
    table = "file,pose\n../secret.jpg,tree\n" + f"{secret},tree\nlink.jpg,tree\nphotos/\0,tree\n"
    (tmp_path / "out" / "manifest.csv").write_text(table)
    (tmp_path / "out" / sidecar.NAME).unlink()
    found = brought(tmp_path / "out")
    assert [upload.data for upload in found] == [b""] * 4
    assert all(isinstance(upload.error, PhotoError) for upload in found)


def test_a_picture_larger_than_any_photo_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(30 * 2**20)
    (tmp_path / "manifest.csv").write_text("file,pose\na.jpg,tree\n")
    (only,) = brought(tmp_path)
    assert only.data == b"" and isinstance(only.error, PhotoError)
