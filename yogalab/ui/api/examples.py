"""What the page shows to copy. Each is run by a test as it stands here, against a lab that is served."""

from __future__ import annotations

from string import Template
from typing import Final

PYTHON: Final = """
# Where YogaLab is not installed, copy the folder yogalab/client into your program:
# it needs Python alone.
from yogalab.client import Lab

lab = Lab("$lab", token="$token")
seen = lab.predict("photo.jpg", top=3)
for guess in seen.poses:
    print(f"{guess.name}: {guess.probability:.0%}")

for card in lab.queue(count=4):
    print(card.photo, card.why)
"""

TYPESCRIPT: Final = """
type Guess = { slug: string; name: string; probability: number };
type Prediction = { poses: Guess[]; likely: string[]; people: number; version: number };
type Trouble = { error: string; code: string };

async function predict(picture: Blob, top = 3): Promise<Prediction> {
  const answer = await fetch(`$lab/api/v1/predict?top=${top}`, {
    method: "POST",
    headers: { Authorization: "Bearer $token" },
    body: picture,
  });
  if (!answer.ok) throw new Error(((await answer.json()) as Trouble).error);
  return (await answer.json()) as Prediction;
}
"""

CURL: Final = """
curl --fail-with-body -H "Authorization: Bearer $token" \\
  --data-binary @photo.jpg "$lab/api/v1/predict?top=3"
curl --fail-with-body -H "Authorization: Bearer $token" \\
  -F files=@photo.jpg -F consent=agreed "$lab/api/v1/photos"
"""

TOOLS: Final = """
{
  "mcpServers": {
    "yogalab": {
      "url": "$lab/gradio_api/mcp/",
      "headers": { "Authorization": "Bearer $token" }
    }
  }
}
"""

EXAMPLES: Final = {"Python": PYTHON, "TypeScript": TYPESCRIPT, "curl": CURL}


def filled(text: str, *, lab: str, token: str = "YOUR_TOKEN") -> str:
    """Return an example with the lab's address in it."""
    return Template(text).safe_substitute(lab=lab, token=token)
