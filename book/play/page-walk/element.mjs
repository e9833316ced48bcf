import { Figure, element } from "../figure.mjs";
import { EXAMPLE } from "./frames.mjs";
import { HUGE, SMALL, levels, lookUp, parseAddress, put, showAddress, take } from "./model.mjs";
import { HEIGHT, describe, draw, title } from "./picture.mjs";

const PAGES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

const NOBODYS = (address) => (address >> 47n === 0n ? "" : " (No program has this address on x86-64: bit 47 is set.)");

/** `<page-walk>`: an address typed, or dragged part by part. */
export class PageWalk extends Figure {
  setUp() {
    [this.address, this.pages, this.pageSize] = [EXAMPLE, 64, SMALL];
    this.machines = this.data ?? [];
    const label = element("label", {}, "Address ");
    this.input = element("input", { type: "text", spellcheck: "false", autocomplete: "off", size: "18" });
    this.input.addEventListener("input", () => this.type(this.input.value));
    this.input.addEventListener("change", () => (this.input.value = showAddress(this.address)));
    label.append(this.input);
    this.row.append(label);
    this.choice("Pages of", [["small", "4 KiB"], ["huge", "2 MiB"]], "small", (size) => {
      this.pageSize = size === "huge" ? HUGE : SMALL;
      this.show();
    });
    this.choice("A call lends", PAGES.map((pages) => [String(pages), `${pages * 4} KiB`]), "64", (pages) => {
      this.pages = Number(pages);
      this.show();
    });
    this.sliders = ["PGD", "PUD", "PMD", "PTE", "offset"].map((part) => {
      const act = (value) => {
        this.address = put(this.address, this.pageSize, part, value);
        this.show();
      };
      return { part, ...this.slider(part, { min: 0, max: 511, value: 0 }, act) };
    });
    this.input.value = showAddress(this.address);
  }

  type(text) {
    const address = parseAddress(text);
    this.input.setAttribute("aria-invalid", String(address === null));
    if (address === null) {
      this.words.textContent = "An address is up to 12 hexadecimal digits, such as 0x7f0012345000: 48 bits.";
      return;
    }
    this.address = address;
    this.show();
  }

  /** What a page costs, as measured with as many pages in a call. */
  cost() {
    const said = this.machines.map(({ name, small, huge }) => {
      const [one, other] = [small[this.pages], huge[this.pages]];
      return one && other ? ` Measured on ${name}: ${one.toFixed(1)} ns a page on pages of 4 KiB, ${other.toFixed(1)} ns on those of 2 MiB.` : "";
    });
    return said.join("");
  }

  show() {
    const { entries, offset } = take(this.address, this.pageSize);
    const values = { ...Object.fromEntries(entries.map(({ level, index }) => [level, index])), offset };
    for (const { part, input, output, around } of this.sliders) {
      around.hidden = part !== "offset" && !levels(this.pageSize).includes(part);
      if (part === "offset") input.max = String(this.pageSize - 1n);
      input.value = String(values[part] ?? 0);
      output.textContent = values[part] ?? "";
    }
    if (document.activeElement !== this.input) this.input.value = showAddress(this.address);
    const bytes = this.pages * 4096;
    const { read, counted } = lookUp(this.address, bytes, this.pageSize);
    const words = `${levels(this.pageSize).length} levels. ${read} entries looked up and ${counted} counts raised for ${this.pages * 4} KiB.${this.cost()}${NOBODYS(this.address)}`;
    this.paint(
      { height: HEIGHT, title, description: describe(this.address, bytes, this.pageSize), body: draw(this.address, bytes, this.pageSize) },
      words,
    );
  }
}
