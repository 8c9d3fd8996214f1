"""Trains an encoder, from scratch or from another's weights; stopped at any point, it goes on where it was."""

from __future__ import annotations

import copy
import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from yogalab.errors import TuningFailed
from yogalab.ports import Progress
from yogalab.training import checkpoints
from yogalab.training.apprentice import Apprentice
from yogalab.training.corpus import Corpus
from yogalab.training.recipe import Recipe
from yogalab.training.views import batch_of

SAVE_EVERY_SECONDS: Final = 60.0
_LARGEST_GRADIENT: Final = 5.0

Tokenize = Callable[[list[str]], Tensor]


def pretrain(
    network: Any,
    corpus: Corpus,
    recipe: Recipe,
    *,
    captions: Sequence[Sequence[str]],
    tokenize: Tokenize,
    folder: Path,
    progress: Progress,
    save_every: float = SAVE_EVERY_SECONDS,
) -> Any:
    """Return the network trained by a recipe: the running average of its weights, ready to encode.

    network: an open_clip model, with the weights to begin with; captions: sentences for each of the corpus's
    slugs. folder: keeps checkpoints, those of each training apart; the same recipe, corpus and weights to begin
    with go on there.

    Raises:
        TuningFailed: the loss became no number.
        DiskFull: there is no room for a checkpoint.
    """
    return _Pretraining(network, corpus, recipe, captions, tokenize, folder).run(progress, save_every)


class _Pretraining:
    def __init__(
        self,
        network: Any,
        corpus: Corpus,
        recipe: Recipe,
        captions: Sequence[Sequence[str]],
        tokenize: Tokenize,
        folder: Path,
    ) -> None:
        self._corpus, self._recipe = corpus, recipe
        torch.manual_seed(recipe.seed)
        network = network.to(memory_format=torch.channels_last)
        self._pupil = Apprentice(
            network,
            classes=len(corpus.slugs),
            dim=network.visual.trunk.get_classifier().out_features,
            skeleton=corpus.skeletons.shape[1],
            teacher=0 if corpus.teacher is None else corpus.teacher.shape[2],
        )
        self._average = copy.deepcopy(self._pupil.network)
        self._tokens = [tokenize(list(some)) for some in captions]
        self._steps = recipe.steps(int((~corpus.drawn).sum()))
        self._optimiser = _optimiser(self._pupil, recipe)
        self._texts: Tensor | None = None
        self._done = 0
        self._identity = _identity(network, corpus, recipe)
        # Apart, because the newest of a longer training would count for this one's newest.
        self._folder = folder / self._identity

    def run(self, progress: Progress, save_every: float) -> Any:
        self._go_on()
        saved = time.monotonic()
        self._pupil.train()
        for step in range(self._done, self._steps):
            loss = self._step(step)
            self._done = step + 1
            if not math.isfinite(loss.item()):
                raise TuningFailed(reason=f"step {self._done}")
            if time.monotonic() - saved >= save_every:
                self._save()
                saved = time.monotonic()
            progress(self._done / self._steps, "pretrain.learn")
        self._save()
        return self._average.eval()

    def _step(self, step: int) -> Tensor:
        recipe = self._recipe
        for group in self._optimiser.param_groups:
            group["lr"] = recipe.rate * pace(step / self._steps, recipe.warm_up)
        batch = batch_of(self._corpus, recipe, step, size=recipe.size_at(step / self._steps))
        loss: Tensor = self._pupil(batch, self._text_vectors(step), recipe)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._pupil.parameters(), _LARGEST_GRADIENT)
        self._optimiser.step()
        self._remember(step)
        return loss.detach()

    def _text_vectors(self, step: int) -> Tensor:
        """One sentence a pose, drawn anew when the text tower learns; in between its vectors stay."""
        if step % self._recipe.text_every == 0 or self._texts is None:
            rng = np.random.default_rng([self._recipe.seed, 4, step // self._recipe.text_every])
            tokens = torch.stack([some[int(rng.integers(len(some)))] for some in self._tokens])
            learns = step % self._recipe.text_every == 0
            with torch.set_grad_enabled(learns):
                texts = functional.normalize(self._pupil.network.encode_text(tokens), dim=1)
            self._texts = texts.detach()
            return texts
        return self._texts

    def _remember(self, step: int) -> None:
        """Move the running average: faster at first, when the weights themselves still run."""
        keep = min(self._recipe.average, (1 + step) / (20 + step))
        now = self._pupil.network.state_dict()
        # Not buffers(): a text tower's mask is full of infinities, whose average is no number.
        for name, mean in self._average.state_dict().items():
            if mean.is_floating_point():
                mean.lerp_(now[name], 1 - keep)
            else:
                mean.copy_(now[name])

    def _save(self) -> None:
        tensors = {f"pupil/{name}": tensor for name, tensor in self._pupil.state_dict().items()}
        tensors |= {f"average/{name}": tensor for name, tensor in self._average.state_dict().items()}
        tensors |= checkpoints.of_optimiser(self._optimiser)
        if self._texts is not None:
            tensors["texts"] = self._texts
        checkpoints.save(self._folder, self._done, tensors, {"training": self._identity, "steps": self._steps})

    def _go_on(self) -> None:
        found = checkpoints.latest(self._folder)
        if found is None or found.state.get("training") != self._identity:
            return
        tensors = found.tensors
        self._pupil.load_state_dict(_under("pupil/", tensors))
        self._average.load_state_dict(_under("average/", tensors))
        checkpoints.into_optimiser(self._optimiser, tensors)
        self._texts = tensors.get("texts")
        self._done = found.step


def pace(share: float, warm_up: float) -> float:
    """Return the learning rate at this share of the training, as a factor: a rise, then half a cosine to 0.

    Loshchilov & Hutter, SGDR, arXiv 1608.03983, equation 5, one period.
    """
    if share < warm_up:
        return (share + 1e-3) / (warm_up + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (share - warm_up) / (1 - warm_up)))


def _optimiser(pupil: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW (arXiv 1711.05101); biases, norms and scales are not pulled towards 0."""
    large = [parameter for parameter in pupil.parameters() if parameter.ndim > 1]
    small = [parameter for parameter in pupil.parameters() if parameter.ndim <= 1]
    groups = [{"params": large, "weight_decay": recipe.weight_decay}, {"params": small, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=recipe.rate)


def _identity(network: nn.Module, corpus: Corpus, recipe: Recipe) -> str:
    """What must be equal for a checkpoint to be of this training."""
    facts = {"recipe": asdict(recipe), "lessons": corpus.digest(), "start": _fingerprint(network)}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def _fingerprint(network: nn.Module) -> str:
    """Of the weights a training begins with: trainings that begin elsewhere are others."""
    digest = hashlib.sha256()
    for tensor in network.state_dict().values():
        digest.update(tensor.contiguous().numpy().tobytes())
    return digest.hexdigest()


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
