"""What fine-tuning and training of an encoder make small: one formula, one function.

Images and texts come as rows of unit length in one space, so that a product of two rows is their cosine.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

# GAP's sharpness of the soft target: of n photos of one pose each gets about 1/n, others next to nothing.
SHARPNESS: Final = 10.0


def contrastive(images: Tensor, texts: Tensor, scale: Tensor | float) -> Tensor:
    """Return CLIP's symmetric loss of n pairs: each image against all texts and each text against all images.

    Radford et al., arXiv 2103.00020, section 2.3 and figure 3; FLYP (Goyal et al., arXiv 2212.00638, section 3)
    fine-tunes with the same. Only the diagonal counts as right, so two photos of one pose in a batch are each
    other's wrong answer: see `label_aware`. images, texts: (n, d); scale: the factor of cosines, CLIP's exp(t).
    """
    logits = scale * images @ texts.T
    pairs = torch.arange(len(logits), device=logits.device)
    return (functional.cross_entropy(logits, pairs) + functional.cross_entropy(logits.T, pairs)) / 2


def class_texts(
    images: Tensor, texts: Tensor, labels: Tensor, scale: Tensor | float, *, weights: Tensor | None = None
) -> Tensor:
    """Return the cross-entropy of images over one text vector a class: -log softmax(scale * x t')[label].

    The loss of CoOp, CLIP-LoRA and ProLIP (Fahes et al., arXiv 2410.05270). images: (n, d);
    texts: (classes, d); labels: (n,) int64; weights: (classes,), how much a photo of each class counts, 1
    unless given; their mean over the photos is taken out, as `torch.nn.functional.cross_entropy` does.
    """
    return functional.cross_entropy(scale * images @ texts.T, labels, weight=weights)


def label_aware(
    images: Tensor,
    texts: Tensor,
    labels: Tensor,
    scale: Tensor | float,
    *,
    text_labels: Tensor | None = None,
    sharpness: float = SHARPNESS,
) -> Tensor:
    """Return the contrastive loss in which another photo of the same pose is no wrong answer.

    GAP (Xiang et al., arXiv 2208.05318, section 3): 1/2 [KL(Q || P(image->text)) + KL(Q || P(text->image))],
    each a mean over rows, with Q from `soft_targets`. GAP's released code uses five scalars that start at 2.659
    as `scale` where CLIP has exp(2.659): give either. images: (n, d); texts: (m, d); labels: (n,);
    text_labels: (m,), the labels of the texts where they are not those of the images.
    """
    towards = labels if text_labels is None else text_labels
    logits = scale * images @ texts.T
    there = _divergence(soft_targets(labels, towards, sharpness), logits)
    back = _divergence(soft_targets(towards, labels, sharpness), logits.T)
    return (there + back) / 2


def soft_targets(labels: Tensor, others: Tensor, sharpness: float = SHARPNESS) -> Tensor:
    """Return GAP's Q, (n, m), rows that sum to 1: softmax over j of sharpness * [label i is label j]."""
    same = (labels[:, None] == others[None, :]).float()
    return functional.softmax(sharpness * same, dim=1)


def _divergence(target: Tensor, logits: Tensor) -> Tensor:
    """KL(target || softmax(logits)), the mean over rows."""
    return functional.kl_div(functional.log_softmax(logits, dim=1), target, reduction="batchmean")
