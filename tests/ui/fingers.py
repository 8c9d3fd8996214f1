"""What a coach's fingers do on a screen, told to the browser as a touch screen tells it."""

from __future__ import annotations

from typing import Any

Point = tuple[float, float]


class Fingers:
    """Fingers on the photo in front; points are pixels from its middle, right and down."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._screen = page.context.new_cdp_session(page)

    def swipe(self, start: Point, end: Point, *, steps: int = 8) -> None:
        """One finger, put down, moved and lifted."""
        self.press((start,))
        self.drag((start,), (end,), steps=steps)
        self.lift()

    def pinch(self, start: tuple[Point, Point], end: tuple[Point, Point]) -> None:
        """Two fingers, put down, moved and lifted together."""
        self.press(start)
        self.drag(start, end)
        self.lift()

    def press(self, points: tuple[Point, ...]) -> None:
        self._tell("touchStart", points)

    def drag(self, start: tuple[Point, ...], end: tuple[Point, ...], *, steps: int = 8) -> None:
        for step in range(1, steps + 1):
            share = step / steps
            at = [(a + (c - a) * share, b + (d - b) * share) for (a, b), (c, d) in zip(start, end, strict=True)]
            self._tell("touchMove", tuple(at))

    def lift(self) -> None:
        self._tell("touchEnd", ())

    def _tell(self, what: str, points: tuple[Point, ...]) -> None:
        box = self._page.locator(".yl-review .yl-stage").bounding_box()
        touched = [
            {"x": box["x"] + box["width"] / 2 + x, "y": box["y"] + box["height"] / 2 + y, "id": place}
            for place, (x, y) in enumerate(points)
        ]
        self._screen.send("Input.dispatchTouchEvent", {"type": what, "touchPoints": touched})
