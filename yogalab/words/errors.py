"""What to tell a person when something goes wrong: what happened, and what to do."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    "error": "Something went wrong on our side. Nothing you saved is lost. Please try again.",
    # photos
    "photo.unreadable": "“{name}” is not a photo we can read. It may be damaged: try exporting it again as JPEG or PNG.",
    "photo.unsupported": "“{name}” is a {format} file. Please save it as JPEG, PNG, WebP, HEIC, TIFF or GIF.",
    "photo.empty": "“{name}” is empty. Perhaps the copy did not finish: try copying it again.",
    "photo.too_large": "“{name}” is too large ({size}, the most is {limit}). Save a smaller copy and add that.",
    "photo.wrong_shape": "“{name}” is {width} × {height} pixels: too small or too narrow to show a person.",
    "photo.bad_archive": "“{name}” could not be unpacked: it seems damaged. Try zipping the photos again, or drop them in as they are.",
    "photo.archive_locked": "“{name}” is locked with a password. Zip the photos without one, or drop them in as they are.",
    "photo.archive_too_large": "“{name}” is too large to unpack ({size}, the most is {limit}). Split it into smaller zips.",
    "photo.archive_too_many": "“{name}” holds {files} files; the most is {limit}. Split it into smaller zips.",
    "photo.archive_bomb": "“{name}” would unpack to far more than photos do, so it was left alone. Drop the photos in as they are.",
    "photo.consent_missing": "Please say first whether the people in these photos agree to their use here.",
    "photo.not_found": "This photo is not in the lab any more.",
    # poses and labels
    "pose.not_found": "There is no pose called “{pose}”. Add it, or pick one from the list.",
    "pose.exists": "“{name}” is taken: there is a pose “{existing}” already.",
    "pose.bad_name": "“{name}” cannot be a pose's name. Use one to sixty letters.",
    "pose.unclear": "“{text}” says nothing of the body that we understand. Try plain words, like “standing, one knee bent, arms overhead”.",
    "pose.nobody_to_copy": "Nobody was found in this photo, so it cannot show what the pose looks like. Pick another one.",
    "pose.bad_file": "“{name}” in models cannot be used. Please mend this: {reason}.",
    "label.nothing_to_undo": "There is nothing left to take back.",
    "label.other_lab": "These answers were given in another lab. They wait until it is open here again.",
    "label.other_coach": "This answer was given by {coach}, and somebody else is signed in now.",
    "label.bad": "This label could not be understood ({reason}). Please pick a pose again.",
    # learning and versions
    "training.too_few_labels": "Training needs at least two poses with a labelled photo each. So far: {labels} labels, {poses} poses.",
    "training.nothing_new": "Nothing new to learn: version {number} was trained on exactly these labels.",
    "training.busy": "A training is running already. Wait for it, or cancel it first.",
    "tuning.no_encoder": "Training deeper tunes the encoder that looks at the photos, and this lab works from skeletons alone. Choose an encoder first.",
    "tuning.too_few": "Training deeper needs {poses} poses with {labels} labels each; so far {ready} have them.",
    "tuning.failed": "Training deeper came to nothing this time: its figures ran away. The version in use goes on as it was.",
    "job.cancelled": "Stopped. Nothing was changed.",
    "job.not_found": "This work is not known any more.",
    "job.interrupted": "This work was cut off {attempts} times before it could finish. Nothing saved is lost; please start it again.",
    "version.not_found": "There is no version “{version}”.",
    "version.none_before": "There is no version before this one: the lab answers as before any training already.",
    "version.unknown_format": "This file was written by a newer YogaLab (format {format}; this one knows {known}). Please update YogaLab.",
    "version.damaged": "The files of version “{version}” are damaged. Pull it again, or train a new one.",
    "version.other_encoder": "Version {version} was made with another encoder ({encoder}) than the lab uses now. Change the encoder back, or train again.",
    "version.other_recipe": "Version “{version}” was made with {made_with}, and this YogaLab works with {here}. Install the YogaLab it was made with, or train a new version.",
    # encoders
    "encoder.refused": "“{encoder}” may be used for research only ({licence}), so YogaLab does not load it. Pick another encoder.",
    "encoder.unknown": "There is no encoder “{encoder}”. Known: {known}.",
    "encoder.missing": "The weights of “{encoder}” are not on this machine, and the Hugging Face Hub does not answer. Meanwhile the lab works from skeletons.",
    "encoder.nothing_left_out": "The encoder in “{name}” does not say which poses it never saw: its training.json should list them as left_out.",
    "encoder.needs": "“{encoder}” needs the package “{package}”. Install it with “uv pip install {package}”, or pick another encoder.",
    "encoder.damaged": "The weights of “{encoder}” ({file}) are damaged or belong to another encoder. Delete the file so that it is fetched again, or pick another encoder.",
    "pose_model.missing": "The pose model could not be prepared: “{reason}” is missing. Installing YogaLab again brings it back.",
    "pose_model.unusable": "“{name}” is not a pose model that can be used. Give the path of MediaPipe's pose landmarker (.task), or none.",
    # keeping
    "keeping.disk_full": "The disk is full ({free_megabytes} MB free in {folder}). Make some room and try again; nothing saved so far is lost.",
    "keeping.out_of_memory": "There is too little memory for this step ({step}). Close other programs and try again; nothing is lost.",
    "keeping.database_newer": "This lab was opened by a newer YogaLab before. Please update YogaLab.",
    "keeping.database_busy": "The lab's database is busy with other work. Please try again in a moment.",
    "keeping.database_damaged": "The lab's database ({file}) is damaged. Put a saved copy of the lab in its place; the photos beside it are untouched.",
    "keeping.database_unreachable": "The database set in DATABASE_URL does not answer. Check that it is running, that the address is right, and that “yogalab[postgres]” is installed.",
    "keeping.not_writable": "YogaLab may not write to {folder}. Allow it there, or set YOGALAB_HOME to a folder of yours.",
    "keeping.bad_backup": "“{name}” is no lab we can open. The copy may be damaged or unfinished: save the lab again and try that file.",
    "keeping.lab_not_empty": "There are photos in {folder} already, and nothing is overwritten. Set YOGALAB_HOME to a new folder and open the lab there.",
    # people
    "people.not_allowed": "As {role} you cannot do this; it needs {needs}.",
    "people.bad_name": "“{name}” cannot be used as a name. Use one to forty letters.",
    "people.password_needed": "YogaLab does not listen on {host} without a password, because anyone could see the photos. Set YOGALAB_PASSWORD and start again.",
    # measuring
    "bench.nothing": "There is nothing to measure in {folder}: it needs photos, best in one folder a pose.",
    # settings
    "settings.bad": "{name} is set to “{value}”, which cannot be understood. README lists what it may be.",
    # formats in and out
    "photo.missing": "“{name}” is not there, or may not be read. Check its name and try again.",
    "exchange.bad_table": "“{name}” is not a table we can read. It needs a first line with the columns “file” and “pose”, and is saved as CSV (UTF-8).",
    "exchange.unknown": "There is no export “{kind}”. Known: {known}.",
    "exchange.target_taken": "There is something in {folder} already. Name a folder that is new or empty.",
    "exchange.nothing": "No photo has a label yet, so there is nothing to write. With “--all” the photos without a label go too.",
    "people.port_taken": "Another program already uses port {port}. Perhaps YogaLab is open in another window; else set GRADIO_SERVER_PORT to another number.",
    # measuring
    "bench.bad_dataset": "There is nothing to measure on in “{name}”. It needs a folder of photos for each of at least two poses, or a manifest.csv with the columns “file” and “pose”.",
    "bench.unknown_poses": "These names are those of no pose that YogaLab knows, so an encoder cannot be taught them: {names}. Rename the folders, or take them out.",
    "schooling.bad_recipe": "An encoder cannot be trained by “{name}”. Please mend this: {reason}.",
    # hub
    "hub.error": "The Hugging Face Hub refused ({reason}). Nothing here is lost; try again later.",
    "hub.offline": "The Hugging Face Hub does not answer. Your version is safe here; publish again when you are online.",
    "hub.token_missing": "The Hugging Face Hub wants a token that may write. Set HF_TOKEN, or run “hf auth login”, and publish again.",
    "hub.forbidden": "Your token may not write to “{repo}”. Pick a repository of yours, or ask its owner.",
    "hub.stale": "Somebody else published to “{repo}” at the same moment. Publish again: nothing is lost.",
    "hub.payment": "Hugging Face asks for a paid plan before it runs “{repo}”. With a free account, create a ZeroGPU Space of that name on huggingface.co first, then deploy again.",
    "hub.not_found": "There is no “{repo}” on the Hugging Face Hub, or it is private. For a private one set HF_TOKEN, or run “hf auth login”.",
    "space.source_missing": "A Space is sent from YogaLab's source folder, and {folder} is none: “{missing}” is not there. Go to the folder with app.py and try again.",
    "hub.bad_repo": "“{repo}” is not a repository name. It looks like “your-name/my-poses”.",
}
