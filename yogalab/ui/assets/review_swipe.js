// What a finger's way over the photo means. Apart from the page, so that node can test it.

/** Pixels within which a finger has not moved. */
export const TAP = 14;
// Longer than a slip and shorter than a stretch, in shares of the photo and in pixels.
const ACROSS = { share: 0.3, least: 72, most: 150 };
const UPWARD = { share: 0.34, least: 90, most: 170 };
// This much more one way than the other: what is neither means nothing.
const CLEARLY = 1.5;

export const far = (one, other) => Math.hypot(one.x - other.x, one.y - other.y);

/** {way: "right" | "left" | "up" | null, share: how much of the way that answers}; 1 and more answers when let go. */
export function swipeOf(dx, dy, width, height) {
  const [across, along] = [Math.abs(dx), Math.abs(dy)];
  const need = ({ share, least, most }, length) => Math.min(Math.max(share * length, least), most);
  if (Math.max(across, along) < TAP) return { way: null, share: 0 };
  if (across >= CLEARLY * along) return { way: dx > 0 ? "right" : "left", share: across / need(ACROSS, width) };
  if (dy < 0 && along >= CLEARLY * across) return { way: "up", share: along / need(UPWARD, height) };
  return { way: null, share: 0 };
}
