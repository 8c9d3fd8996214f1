"""Why a photo is asked, what the gate says, what long work is doing."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # saving and opening a lab
    "lab.pack": "Writing the lab into one file",
    "lab.check": "Checking that the file is whole",
    "lab.unpack": "Bringing in the photos",
    # why a photo is asked; poses are filled in by name
    "ask.unsure": "Could be {first} ({first_percent} %) or {second} ({second_percent} %).",
    "ask.strange": "Unlike any pose named so far; nearest is {first} ({first_percent} %). Type a name to find or add one.",
    "ask.first": "Perhaps the first {first} you name ({first_percent} %).",
    "ask.many": "About {count} photos look like this one.",
    "ask.like": "Photos like this one are unclear. It looks like {first} ({first_percent} %).",
    "ask.check": "Picked at random, to check how good the model is.",
    "ask.passed_on": "Another coach passed this one on. Can you tell?",
    "ask.second": "Another coach has named this one, too: a few are asked twice, to see how far you agree.",
    "ask.new": "Nothing to compare it with yet.",
    "ask.unseen": "Nobody was found in this photo.",
    "ask.likely": "Probably {first} ({first_percent} %).",
    "ask.sure": "Looks clear: {first} ({first_percent} %).",
    # what parts of the body look like
    "review.parts": "What each part of the body looks like by itself",
    "part.head.says": "The head says {pose}",
    "part.arms.says": "The arms say {pose}",
    "part.torso.says": "The trunk says {pose}",
    "part.legs.says": "The legs say {pose}",
    "part.head.chip": "Head",
    "part.arms.chip": "Arms",
    "part.torso.chip": "Trunk",
    "part.legs.chip": "Legs",
    # when more labels no longer pay
    "stop.target": "You could stop here: on {photos} photos picked at random at least {percent} % are right.",
    "stop.stable": "You could stop here: the last {versions} versions answer all but alike.",
    "stop.gain": "You could stop here: {labels} more labels would bring less than one point.",
    # what the gate says
    "gate.better": "Better by {points} points on photos it was not taught. It is now in use.",
    "gate.no_worse": "As good as before, and it knows your newest labels. It is now in use.",
    "gate.first_labels": "Too few labels to judge it yet. It is in use, marked as early.",
    "gate.worse": "{points} points worse on photos it was not taught, so the version before stays in use.",
    "gate.unsure": "It could not be shown to be as good as the version before, which stays in use. More labels will settle it.",
    "gate.pose_lost": "It got clearly worse at {poses}, so the version before stays in use.",
    "gate.no_photos": "There are no labelled photos to judge it on, so the version before stays in use.",
    "gate.pulled": "Brought from the Hub; it has not been judged on this lab's photos.",
    # what a training is doing
    "pretrain.learn": "Teaching the encoder",
    "train.labels": "Reading the labels",
    "train.judge": "Comparing with the version in use",
    "train.keep": "Keeping the version",
    "train.fit": "Learning from your labels",
    "train.calibrate": "Checking how sure it may be",
    "ray.away": "The cluster is gone; this goes on as soon as it answers again",
    # what training deeper is doing
    "tune.labels": "Reading the labels",
    "tune.load": "Loading the encoder",
    "tune.look": "Looking at the labelled photos",
    "tune.train": "Tuning the encoder to your poses",
    "tune.check": "Checking it on photos left out",
    "tune.encode": "Looking at all photos with the tuned encoder",
    # what is done about a rented machine
    "rent.pack": "Packing the photos",
    "rent.send": "Sending them",
    "rent.wait": "Waiting for the rented machine",
    "rent.fetch": "The rented machine fetches the photos",
    "rent.bring": "Bringing the result here",
    "rent.return": "Giving the rented machine back",
    # what publishing and changing the encoder are doing
    "publish.ask": "Asking the Hub what is there",
    "publish.send": "Sending the version",
    "publish.write_data": "Writing the data set",
    "publish.send_data": "Sending the data set",
    "publish.wait": "The Hub asks for a moment's patience",
    "encode.load": "Loading the encoder",
    "encode.photos": "Encoding the photos",
    "look.photos": "Looking at the photos anew",
    # what a measurement is doing
    "bench.look": "Looking at the photos",
    "bench.learn": "Learning and checking",
    "bench.ask": "Asking, answering and checking",
}
