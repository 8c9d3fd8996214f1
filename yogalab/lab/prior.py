"""R0 for the lab's poses: joint-angle templates, and sentences where an encoder is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from yogalab.errors import EncoderError
from yogalab.learning import ladder
from yogalab.learning.texts import text_vectors
from yogalab.ports import Encoder
from yogalab.records import Head, Matrix, Pose


def prior_head(encoder: Encoder | None, pose_model: str, poses: Sequence[Pose]) -> Head:
    """Return the head that names poses before any label.

    encoder: what looks at the photos; None where skeletons are all there is.

    Hidden poses keep their labels and lose their template: nothing has to be kept in mind for them.
    """
    open_poses = [
        replace(pose, template={}) if pose.hidden else pose for pose in poses if pose.merged_into is None
    ]
    return ladder.zero_shot(
        open_poses,
        texts=_texts(encoder, open_poses) if encoder else None,
        dim=encoder.dim if encoder else 0,
        encoder=encoder.name if encoder else None,
        pose_model=pose_model,
    )


def _texts(encoder: Encoder, poses: Sequence[Pose]) -> Matrix | None:
    try:
        return text_vectors(encoder, poses)
    except EncoderError:
        # The lab works on from skeletons, and another encoder can still be chosen.
        return None
