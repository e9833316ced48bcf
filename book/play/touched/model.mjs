// What a reader claims, and what it has looked at: throughput beside bytes touched.

export const PAGE = 4096;
export const BUFFER = 256 * 1024;

/** How much of each page a reader looks at. */
export const DEPTHS = [
  { name: "nothing", bytes: 0, words: "nothing" },
  { name: "page", bytes: 1, words: "one byte of each page" },
  { name: "every", bytes: PAGE, words: "every byte" },
];

/** GiB/s handed over, and what they come to: GiB/s looked at, and time for a buffer and for a page. */
export function worth(gibPerSecond, bytesOfEachPage) {
  const pagesPerSecond = (gibPerSecond * 2 ** 30) / PAGE;
  return {
    claimed: gibPerSecond,
    touched: (pagesPerSecond * bytesOfEachPage) / 2 ** 30,
    nanosecondsForPage: 1e9 / pagesPerSecond,
    microsecondsForBuffer: (1e6 / pagesPerSecond) * (BUFFER / PAGE),
  };
}
