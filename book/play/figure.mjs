// What all figures to play with share: key frames give way to a picture with controls, a line that
// says in words what it shows, and keys that do not turn the book's page.

export class Figure extends HTMLElement {
  /** What the preprocessor wove in for this figure. */
  get data() {
    return JSON.parse(this.querySelector("script[type='application/json']")?.textContent ?? "null");
  }

  connectedCallback() {
    if (this.live) return;
    this.live = element("div", { class: "play-live" });
    this.holder = element("div");
    this.controls = element("div", { class: "play-controls", role: "group", "aria-label": "Controls of this figure" });
    this.words = element("p", { class: "play-words", "aria-live": "polite" });
    this.live.append(this.controls, this.holder, this.words);
    this.append(this.live);
    // The arrows move a slider here; in mdBook they turn the page, and letters open its search.
    this.addEventListener("keydown", (event) => event.stopPropagation());
    this.group();
    this.setUp();
    this.show();
  }

  /** Shows a picture, and says what it is; `words` are read out when they change. */
  paint({ height, title, description, body }, words) {
    const id = `${this.localName}-live`;
    this.holder.innerHTML =
      `<svg class="fig" viewBox="0 0 420 ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">` +
      `<title id="${id}-title">${title}</title><desc id="${id}-desc"></desc>${body}</svg>`;
    this.holder.querySelector("desc").textContent = description;
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  /** The controls that come now stand in a row of their own. */
  group() {
    this.row = element("div", { class: "play-row" });
    this.controls.append(this.row);
  }

  button(label, act) {
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", act);
    this.row.append(button);
    return button;
  }

  /** A choice of one among several, with what is to be shown of each. */
  choice(label, options, chosen, act) {
    const select = element("select");
    for (const [value, words] of options) select.append(element("option", { value, ...(value === chosen && { selected: "" }) }, words));
    select.addEventListener("change", () => act(select.value));
    const around = element("label", {}, `${label} `);
    around.append(select);
    this.row.append(around);
    return select;
  }

  slider(label, { min, max, step = 1, value }, act) {
    const input = element("input", { type: "range", min, max, step });
    input.value = value;
    const output = element("output");
    const around = element("label", { class: "play-slider" });
    around.append(element("span", {}, label), input, output);
    input.addEventListener("input", () => act(Number(input.value)));
    this.row.append(around);
    return { input, output, around };
  }
}

/** A figure of states in a row: one goes on by adding some, and back to see how it came. */
export class Stepped extends Figure {
  startWith(state) {
    this.history = [state];
    this.now = 0;
  }

  get state() {
    return this.history[this.now];
  }

  /** What comes after the state that is shown, in the place of what came after it before. */
  add(states) {
    this.history.length = this.now + 1;
    this.history.push(...states);
    this.move(1);
  }

  move(by) {
    this.now = Math.max(0, Math.min(this.now + by, this.history.length - 1));
    this.show();
  }
}

export function element(name, attributes = {}, words = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = words;
  return made;
}
