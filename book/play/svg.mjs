// Pieces of SVG as text, in the classes of theme/figures.css: the same for a browser and for the
// key frames, which no browser draws. Every picture is 420 units wide.

export const WIDTH = 420;

const attributes = (all) =>
  Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name.replaceAll("_", "-")}="${typeof value === "number" ? Number(value.toFixed(2)) : value}"`)
    .join("");

export const escaped = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export const text = (x, y, words, { kind, anchor } = {}) =>
  `<text${attributes({ x, y, class: kind, text_anchor: anchor })}>${escaped(words)}</text>`;

export const box = (x, y, width, height, kind, more = {}) => `<rect${attributes({ x, y, width, height, class: kind, ...more })}/>`;

export const path = (d, kind) => `<path class="${kind}" d="${d}"/>`;

/** A line with a tip at its end, drawn and not a marker: markers have names, and those meet in one page. */
export function arrow(fromX, fromY, toX, toY, kind = "fig-thin", tip = "fig-tip") {
  const angle = Math.atan2(toY - fromY, toX - fromX);
  const at = (turn, length) => `${(toX - length * Math.cos(angle + turn)).toFixed(1)} ${(toY - length * Math.sin(angle + turn)).toFixed(1)}`;
  return path(`M${fromX} ${fromY}L${at(0, 5)}`, kind) + path(`M${toX.toFixed(1)} ${toY.toFixed(1)}L${at(0.45, 9)}L${at(-0.45, 9)}Z`, tip);
}

/** A whole picture, with a title and a description for who does not see it. */
export function picture(id, height, title, description, body) {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="fig" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">` +
    `<title id="${id}-title">${escaped(title)}</title><desc id="${id}-desc">${escaped(description)}</desc>${body}</svg>`
  );
}
