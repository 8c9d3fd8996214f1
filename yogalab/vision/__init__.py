"""From photo to encodings: the canonical photo, BlazePose, CLIP, and the skeleton drawn on top."""
