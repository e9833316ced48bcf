// The key frames of every figure, as HTML: what stands in the page where no script runs.
import { frames as lending } from "./lending/frames.mjs";
import { frames as pageWalk } from "./page-walk/frames.mjs";
import { frames as ring } from "./ring/frames.mjs";
import { frames as sleepWake } from "./sleep-wake/frames.mjs";
import { escaped, picture } from "./svg.mjs";
import { frames as touched } from "./touched/frames.mjs";

const FIGURES = { ring, lending, "page-walk": pageWalk, "sleep-wake": sleepWake, touched };

/** For each figure's name its key frames; `data` has what the preprocessor wove in for some. */
export function keyFrames(data) {
  const html = ([name, frames]) => {
    const all = frames(data[name]).map(({ height, title, description, body, caption }, index) => {
      const svg = picture(`${name}-${index + 1}`, height, title, description, body);
      return `<div class="play-frame">\n${svg}\n<p><b>${escaped(title)}.</b> ${escaped(caption)}</p>\n</div>\n`;
    });
    return [name, all.join("")];
  };
  return Object.fromEntries(Object.entries(FIGURES).map(html));
}
