"""What leaves the lab is complete, readable by others, and comes back the same."""

from __future__ import annotations

import csv
import errno
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from yogalab.errors import DiskFull, TargetTaken, UnknownExport
from yogalab.exchange.coco import KEYPOINTS
from yogalab.exchange.folder import FolderExchange
from yogalab.records import Consent, Landmarks, Outgoing, Photo, Pose
from yogalab.skeleton import INDEX

TREE = Pose(id=1, slug="tree", name="Tree")
BOAT = Pose(id=2, slug="boat", name="Boat")
WIDTH, HEIGHT = 40, 80


def skeleton(seed: int) -> Landmarks:
    rng = np.random.default_rng(seed)
    points = rng.uniform(0.2, 0.8, (33, 4)).astype(np.float32)
    return Landmarks(points=points, world=points[:, :3], aspect=WIDTH / HEIGHT)


def jpeg(number: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT), (number, 0, 0)).save(file, "JPEG")
    return file.getvalue()


def outgoing(number: int, pose: Pose | None, *, holdout: bool = False, name: str = "") -> Outgoing:
    photo = Photo(
        id=number,
        source_sha256=f"s{number}",
        sha256=f"c{number}",
        key=f"{number}.jpg",
        name=name or f"IMG {number}.heic",
        width=WIDTH,
        height=HEIGHT,
        added_by="anna",
        added_at=datetime(2026, 3, 1, tzinfo=UTC),
        source="upload",
        consent=Consent.AGREED,
        group=number,
        holdout=holdout,
    )
    return Outgoing(
        photo=photo,
        pose=pose,
        side="left" if pose else None,
        coaches=("anna", "ben") if pose else (),
        labelled_at=datetime(2026, 3, 2, tzinfo=UTC) if pose else None,
        people=(skeleton(number),) if number != 3 else (),
        read=lambda: jpeg(number),
    )


def few() -> list[Outgoing]:
    return [
        outgoing(1, TREE),
        outgoing(2, BOAT, holdout=True),
        outgoing(3, TREE),
        outgoing(4, None, name='=HYPERLINK("x")/ü.png'),
    ]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def exchange() -> FolderExchange:
    return FolderExchange()


def test_imagefolder_has_a_folder_a_pose_below_each_split(exchange: FolderExchange, tmp_path: Path) -> None:
    assert exchange.write(few(), tmp_path / "out", "imagefolder") == 4
    found = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.jpg"))
    assert found == [
        "test/boat/000002_IMG_2.jpg",
        "train/tree/000001_IMG_1.jpg",
        "train/tree/000003_IMG_3.jpg",
        "unlabelled/000004.jpg",
    ]
    train = rows(tmp_path / "out" / "train" / "metadata.csv")
    assert [(row["file_name"], row["pose"], row["coaches"]) for row in train] == [
        ("tree/000001_IMG_1.jpg", "tree", "anna;ben"),
        ("tree/000003_IMG_3.jpg", "tree", "anna;ben"),
    ]


@pytest.mark.parametrize("kind", ["imagefolder", "csv"])
def test_an_export_comes_back_with_the_same_photos_and_poses(
    kind: str, exchange: FolderExchange, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    exchange.write(few(), out, kind)
    if kind == "csv":
        back = exchange.offered([out], table=out / "manifest.csv")
    else:
        back = exchange.offered([out], folders=True)
    assert {upload.data: upload.label for upload in back} == {
        jpeg(1): "tree",
        jpeg(2): "boat",
        jpeg(3): "tree",
        jpeg(4): None,
    }


def test_csv_holds_landmarks_where_somebody_was_found(exchange: FolderExchange, tmp_path: Path) -> None:
    exchange.write(few(), tmp_path / "out", "csv")
    manifest = rows(tmp_path / "out" / "manifest.csv")
    assert [(row["split"], row["found"]) for row in manifest] == [
        ("train", "True"),
        ("test", "True"),
        ("train", "False"),
        ("train", "True"),
    ]
    skeletons = rows(tmp_path / "out" / "landmarks.csv")
    assert [row["file"] for row in skeletons] == [row["file"] for row in manifest if row["found"] == "True"]
    assert float(skeletons[0]["nose_x"]) == pytest.approx(float(skeleton(1).points[0, 0]), abs=1e-5)


def test_a_file_name_never_becomes_a_formula(exchange: FolderExchange, tmp_path: Path) -> None:
    exchange.write(few(), tmp_path / "out", "csv")
    assert rows(tmp_path / "out" / "manifest.csv")[3]["name"].startswith("'=")


def test_coco_has_both_skeletons_in_pixels(exchange: FolderExchange, tmp_path: Path) -> None:
    exchange.write(few(), tmp_path / "out", "coco")
    train = json.loads((tmp_path / "out" / "annotations" / "train.json").read_text())
    assert [image["id"] for image in train["images"]] == [1, 3, 4]
    by_category = {a["category_id"]: a for a in train["annotations"] if a["image_id"] == 1}
    names = {category["id"]: category["keypoints"] for category in train["categories"]}
    assert names[1] == list(KEYPOINTS)
    points = skeleton(1).points
    for category, annotation in by_category.items():
        assert annotation["num_keypoints"] == len(names[category])
        assert annotation["attributes"]["pose"] == "tree"
        for k, name in enumerate(names[category]):
            x, y, v = annotation["keypoints"][3 * k : 3 * k + 3]
            expected = points[INDEX[name]]
            assert (x, y) == pytest.approx((expected[0] * WIDTH, expected[1] * HEIGHT), abs=0.01)
            assert v == (2 if expected[3] >= 0.5 else 1)
        left, top, width, height = annotation["bbox"]
        assert left >= 0 and top >= 0 and left + width <= WIDTH and top + height <= HEIGHT
    # Nobody was found in photo 3: it is there, without an annotation.
    assert {a["image_id"] for a in train["annotations"]} == {1, 4}


def test_parquet_holds_photos_and_landmarks(exchange: FolderExchange, tmp_path: Path) -> None:
    exchange.write(few(), tmp_path / "out", "parquet")
    train = pq.read_table(tmp_path / "out" / "data" / "train.parquet")
    assert train.column("pose").to_pylist() == ["tree", "tree", ""]
    assert train.column("image").to_pylist()[0]["bytes"] == jpeg(1)
    first, nobody, _ = train.column("landmarks").to_pylist()
    assert np.array(first, np.float32).reshape(33, 4) == pytest.approx(skeleton(1).points)
    assert nobody is None
    features = json.loads(train.schema.metadata[b"huggingface"])["info"]["features"]
    assert features["image"] == {"_type": "Image"}
    assert set(features) == set(train.schema.names)


def test_many_photos_stream_through(exchange: FolderExchange, tmp_path: Path) -> None:
    """More photos than a row group holds arrive, once each."""
    photos = (outgoing(number, TREE) for number in range(4, 204))
    assert exchange.write(photos, tmp_path / "out", "parquet") == 200
    table = pq.read_table(tmp_path / "out" / "data" / "train.parquet")
    assert sorted(table.column("sha256").to_pylist()) == sorted(f"c{n}" for n in range(4, 204))


@pytest.mark.parametrize("kind", FolderExchange().formats)
def test_an_export_that_fails_leaves_nothing(kind: str, exchange: FolderExchange, tmp_path: Path) -> None:
    def breaking() -> Iterable[Outgoing]:
        yield outgoing(1, TREE)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFull) as caught:
        exchange.write(breaking(), tmp_path / "out", kind)
    assert caught.value.data["folder"] == str(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_not_touched(exchange: FolderExchange, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(TargetTaken):
        exchange.write(few(), tmp_path, "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_may_be_filled(exchange: FolderExchange, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert exchange.write(few(), tmp_path / "out", "csv") == 4


def test_an_unknown_kind_names_the_known_ones(exchange: FolderExchange, tmp_path: Path) -> None:
    with pytest.raises(UnknownExport) as caught:
        exchange.write(few(), tmp_path / "out", "tfrecord")
    assert caught.value.data == {"kind": "tfrecord", "known": "imagefolder, csv, coco, parquet, labelstudio"}
