// The walk of the chapter's address on both sizes of page, where nobody can play with it.
import { HUGE, SMALL, parseAddress } from "./model.mjs";
import { HEIGHT, describe, draw } from "./picture.mjs";

export const EXAMPLE = parseAddress("0x0000f2705af953c0");
const LENT = 256 * 1024;

const FRAMES = [
  [SMALL, "1. Pages of 4 KiB", "Four levels lead to a page. For a buffer of 256 KiB the kernel finds 16 entries and raises 16 counts in each round. This address does not begin a page, so the buffer touches one page more."],
  [HUGE, "2. A page of 2 MiB", "Three levels, and an offset of 21 bits. One entry stands for all 16 slots of a round, and one count is raised, by 16."],
];

export function frames() {
  return FRAMES.map(([pageSize, title, caption]) => ({
    height: HEIGHT,
    title,
    description: describe(EXAMPLE, LENT, pageSize),
    body: draw(EXAMPLE, LENT, pageSize),
    caption,
  }));
}
