"""What the command line says of encoders that were measured."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "bench.no_encoder": "There is no encoder to measure. Name one: --encoder NAME.",
    "bench.standing.photos": "photos",
    "bench.standing.right": "right at first guess, % (95 %)",
    "bench.standing.macro": "mean over poses, %",
    "bench.standing.ahead": "points ahead of {baseline} (95 %)",
    "bench.encoder.learner": "answered by",
    "bench.encoder.learnt.all": "Taught the data set's own training photos. Asked: its test photos",
    "bench.encoder.learnt.found": "... of these, photos with somebody found",
    "bench.encoder.learnt.nobody": "... and photos in which nobody is found",
    "bench.encoder.unlabelled.all": "Before any label. Asked: the same test photos",
    "bench.encoder.unlabelled.found": "... of these, photos with somebody found",
    "bench.encoder.unlabelled.nobody": "... and photos in which nobody is found",
    "bench.encoder.about": "{encoder}: {poses} poses, {train} photos taught, {test} asked. Strength of the probe: {strength}.",
    "bench.encoder.weights": "{fusion}: {weights} (skeleton : embedding).",
    "bench.encoder.share": "{fusion}: {share} % of the kernel is the embedding's.",
    "bench.encoder.seen": "An encoder is certain of photos it was trained on. If these were among them, believe only the fusions that are weighed evenly, on the other half, or on unseen photos (--blind).",
    "bench.left_out.prior": "Poses the encoder never saw. Right at first guess, % (± 95 %); below it points ahead of {baseline}",
    "bench.left_out.bare": "The same without any prior, as for a coach's own new poses; below it points ahead of {baseline}",
    "bench.left_out.probe": "The embedding alone; below it points ahead of {baseline}",
    "bench.left_out.fold": "encoder",
    "bench.left_out.skeleton": "skeleton alone, %",
    "bench.left_out.ahead": "fused ahead",
    "bench.left_out.folds": "Each encoder by itself, on the poses it never saw",
    "bench.left_out.about": "{folds} encoders, {poses} poses left out, {photos} photos of them.",
    "bench.prompts.syntax": "said as",
    "bench.prompts.official": "Without any label. Asked: the data set's own test photos, among its own poses",
    "bench.prompts.all": "Without any label. Asked: all photos, among all poses. An encoder may have been trained on some of them.",
    "bench.prompts.about": "{encoder}: {photos} photos, {poses} poses.",
    "bench.prompts.uncovered": "{count} of the poses cannot be said as {syntax}; they are said by their name.",
}
