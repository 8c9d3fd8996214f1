"""An encoder with the heads it is trained through; they are thrown away afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from yogalab.training.losses import class_texts, label_aware
from yogalab.training.recipe import Recipe
from yogalab.training.views import Batch

_LANDMARKS: Final = 33
# Places in the view, from -2 to 2: about as large as the other targets.
_PLACES: Final = 4.0
# The factor of cosines at the start: e^2.3 = 10.
_SCALE: Final = 2.3


class Apprentice(nn.Module):
    """network: an open_clip model with a timm image tower whose last layer is the projection.

    Embeddings e = P h + b of the tower's features h. Poses are told apart by cosines of e to a row a pose and
    to texts; the skeleton's features and the teacher's embedding are linear in e, so that what they know of a
    photo survives in the embedding for poses that nobody has named yet; places of landmarks are linear in h,
    because an embedding should not care where in the photo the body is.
    """

    def __init__(self, network: Any, *, classes: int, dim: int, skeleton: int, teacher: int) -> None:
        super().__init__()
        self.network = network
        features = network.visual.trunk.get_classifier().in_features
        self.rows = nn.Parameter(torch.randn(classes, dim) * 0.05)
        self.row_scale = nn.Parameter(torch.tensor(_SCALE))
        self.to_skeleton = nn.Linear(dim, skeleton)
        self.to_points = nn.Linear(features, 2 * _LANDMARKS)
        self.to_teacher = nn.Linear(dim, teacher) if teacher else None
        with torch.no_grad():
            network.logit_scale.fill_(_SCALE)

    def look(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return features h, (n, f), and embeddings e, (n, dim), not of unit length."""
        trunk = self.network.visual.trunk
        features = trunk.forward_head(trunk.forward_features(images), pre_logits=True)
        return features, trunk.get_classifier()(features)

    def forward(self, batch: Batch, texts: Tensor, recipe: Recipe) -> Tensor:
        """Return the loss of a batch. texts: (classes, dim) of unit length, one a pose."""
        losses = self.losses(batch, texts, recipe)
        weights = recipe.weights
        return torch.stack([getattr(weights, name) * loss for name, loss in losses.items()]).sum()

    def losses(self, batch: Batch, texts: Tensor, recipe: Recipe) -> Mapping[str, Tensor]:
        """Return each loss by the name of its weight in the recipe."""
        features, embeddings = self.look(batch.images)
        units = functional.normalize(embeddings, dim=1)
        cosines = units @ functional.normalize(self.rows, dim=1).T
        strays = functional.smooth_l1_loss(self.to_skeleton(embeddings), batch.skeletons, reduction="none")
        places = self.to_points(features).view(-1, _LANDMARKS, 2)
        losses = {
            "classes": functional.cross_entropy(
                self.row_scale.exp() * cosines, batch.labels, label_smoothing=recipe.smoothing
            ),
            "texts": _by_texts(units, texts, batch.labels, self.network.logit_scale.exp()),
            "skeleton": _trusted(strays.mean(dim=1), batch.trust),
            "points": _trusted(
                functional.smooth_l1_loss(places, _PLACES * (batch.points - 0.5), reduction="none").sum(2),
                batch.seen,
            ),
        }
        if self.to_teacher is not None and batch.teacher is not None:
            taught = batch.teacher.any(dim=1).float()
            losses["teacher"] = _trusted(
                1 - functional.cosine_similarity(self.to_teacher(embeddings), batch.teacher, dim=1), taught
            )
        return losses


def _by_texts(units: Tensor, texts: Tensor, labels: Tensor, scale: Tensor) -> Tensor:
    """Images to the texts of all poses, and the texts of the poses that are there to their images."""
    there = torch.unique(labels)
    back = label_aware(units, texts[there], labels, scale, text_labels=there)
    return (class_texts(units, texts, labels, scale) + back) / 2


def _trusted(losses: Tensor, trust: Tensor) -> Tensor:
    """The mean of losses, each counted by its trust; what nobody saw counts nothing."""
    return (losses * trust).mean()
