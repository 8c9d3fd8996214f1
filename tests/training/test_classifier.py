"""A small network from scratch learns what is easy, the same way twice."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from yogalab.errors import TuningFailed  # noqa: E402
from yogalab.training.augmentation import Strength  # noqa: E402
from yogalab.training.classifier import ClassifierRecipe, train_classifier  # noqa: E402

STILL = Strength(zoom=0.95, stretch=0.0, turn=0.0, colour=0.0, grey=0.0, blur=0.0, erase=0.0)
TINY = ClassifierRecipe(network="test_resnet", size=32, epochs=6, batch=8, rate=5e-3, strength=STILL)
Y = np.arange(24) % 2


def pixels(row: int) -> np.ndarray:
    """Even rows are bright above, odd ones below: mirror images stay what they are, upside down does not."""
    photo = np.full((40, 40, 3), 20 + row % 5, np.uint8)
    half = slice(0, 20) if Y[row] == 0 else slice(20, 40)
    photo[half] = 220
    return photo


def test_what_is_up_and_what_is_down_is_learnt() -> None:
    taught = train_classifier(pixels, np.arange(16), Y[:16], poses=2, recipe=TINY)
    logs = taught.answers(pixels, np.arange(16, 24))
    assert (logs.argmax(axis=1) == Y[16:]).all()
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1, rtol=1e-5)


def test_the_same_seed_teaches_the_same() -> None:
    once, again = (
        train_classifier(pixels, np.arange(8), Y[:8], poses=2, recipe=TINY, seed=3) for _ in range(2)
    )
    np.testing.assert_allclose(
        once.answers(pixels, np.arange(4)), again.answers(pixels, np.arange(4)), atol=1e-6
    )


def test_a_loss_that_is_no_number_is_an_error() -> None:
    wild = ClassifierRecipe(network="test_resnet", size=32, epochs=2, batch=8, rate=1e18, strength=STILL)
    with pytest.raises(TuningFailed):
        train_classifier(pixels, np.arange(16), Y[:16], poses=2, recipe=wild)


def test_the_network_is_of_yolov8n_cls_size() -> None:
    import timm

    with torch.device("meta"):
        network = timm.create_model(ClassifierRecipe().network, num_classes=20)
    assert 2.5e6 < sum(weight.numel() for weight in network.parameters()) < 3.0e6
