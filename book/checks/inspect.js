// What is looked for inside a page. Each function runs in the browser, and returns the faults that it found.

/** Opens all answers: what is folded is looked at as well. */
export function unfold() {
  for (const details of document.querySelectorAll("main details")) details.open = true;
}

/** The page itself must not scroll sideways, nor may anything stick out of it but what scrolls in a box of its own. */
export function sideways() {
  const faults = [];
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const content = document.querySelector(".content");
  for (const element of [document.documentElement, document.body, content]) {
    if (element.scrollWidth > element.clientWidth) {
      faults.push(`${element.tagName} scrolls sideways: ${element.scrollWidth} in ${element.clientWidth}`);
    }
  }
  for (const element of content.querySelectorAll("main *")) {
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.right <= innerWidth + 1) continue;
    let around = element.parentElement;
    while (around !== content && !scrolls(around)) around = around.parentElement;
    if (around === content) faults.push(`sticks out: ${element.outerHTML.slice(0, 80)}`);
  }
  return faults;
}

/** A figure that cannot be seen, or not be heard by those who cannot see it. */
export function outOfSight() {
  const faults = [];
  for (const image of document.querySelectorAll("main img")) {
    if (image.naturalWidth === 0) faults.push(`image not loaded: ${image.getAttribute("src")}`);
    if (!image.alt) faults.push(`image without a text alternative: ${image.getAttribute("src")}`);
  }
  for (const svg of document.querySelectorAll("main figure svg")) {
    const name = svg.querySelector("title")?.textContent;
    const { width, height } = svg.getBoundingClientRect();
    const folded = svg.closest("details:not([open])");
    // Another drawing, or a table, may stand in its place: for this width, or because a script runs.
    const others = [...svg.closest("figure").querySelectorAll("svg, table")];
    if (!svg.checkVisibility() && others.some((other) => other.checkVisibility())) continue;
    if (!name) faults.push(`figure without a title: ${svg.outerHTML.slice(0, 80)}`);
    if (!svg.querySelector("desc")) faults.push(`figure without a description: ${name}`);
    if (!folded && (width < 100 || height < 50)) faults.push(`figure too small to see: ${name}, ${width} x ${height}`);
  }
  return faults;
}

/** Labels in figures: each must stand out from what is drawn below it, stay inside, and keep clear of the others. */
export function badLabels() {
  const faults = [];
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((c) => ((c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const paint = (element) => {
    const { fill, backgroundColor } = getComputedStyle(element);
    const color = element instanceof SVGElement ? fill : backgroundColor;
    return color.startsWith("rgb") && channels(color)[3] !== 0 ? color : null;
  };

  for (const svg of document.querySelectorAll("svg.fig")) {
    if (!svg.checkVisibility()) continue;
    svg.scrollIntoView({ block: "center" });
    const frame = svg.getBoundingClientRect();
    const labels = [...svg.querySelectorAll("text")].map((text) => [text, text.getBoundingClientRect()]);
    for (const [index, [text, box]] of labels.entries()) {
      const said = `"${text.textContent}" in "${svg.querySelector("title").textContent}"`;
      const inside = box.left > frame.left - 1 && box.right < frame.right + 1 && box.top > frame.top - 1 && box.bottom < frame.bottom + 1;
      if (!inside) faults.push(`label cut off: ${said}`);
      for (const [other, its] of labels.slice(index + 1)) {
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        // A line's box is taller than its letters.
        if (across > 1 && down > box.height * 0.3) faults.push(`labels overlap: ${said}, "${other.textContent}"`);
      }
      const below = document
        .elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2)
        .filter((element) => !element.closest("text"))
        .map(paint)
        .find((color) => color !== null);
      const ratio = contrast(getComputedStyle(text).fill, below ?? "rgb(255, 255, 255)");
      if (ratio < 4.5) faults.push(`label too faint, ${ratio.toFixed(1)} to 1: ${said}`);
    }
  }
  return faults;
}

/** Text in figures that nobody can read on a phone: less than 11 pixels high as it is shown. */
export function smallText() {
  const faults = [];
  for (const text of document.querySelectorAll("figure svg text")) {
    if (!text.checkVisibility()) continue;
    const { a, b } = text.getScreenCTM();
    const pixels = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
    if (pixels < 11) faults.push(`${pixels.toFixed(1)} pixels: "${text.textContent}"`);
  }
  return faults;
}
