// What the three readers of one pipe come to, where nobody can play with them.
import { DEPTHS, worth } from "./model.mjs";
import { HEIGHT, draw, figure } from "./picture.mjs";

/** The longest bar of a way: its three readers share an axis. */
export const longest = (way) => Math.max(...DEPTHS.map(({ name }) => way[name] ?? 0));

/** The picture in words. */
export function describe(way, { name, bytes, words }) {
  const { claimed, touched } = worth(way[name], bytes);
  return `Through ${way.name}, a reader that touches ${words} claims ${figure(claimed)} GiB/s, and has touched ${figure(touched)} GiB/s.`;
}

export function frames(data) {
  const [pipe] = data.ways;
  return DEPTHS.filter(({ name }) => pipe[name] !== undefined).map((depth, index) => ({
    height: HEIGHT,
    title: `${index + 1}. A reader that touches ${depth.words}`,
    description: describe(pipe, depth),
    body: draw({ gibPerSecond: pipe[depth.name], bytes: depth.bytes }, longest(pipe), data.cache),
    caption: describe(pipe, depth),
  }));
}
