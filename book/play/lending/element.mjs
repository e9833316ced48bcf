import { Stepped } from "../figure.mjs";
import { PAGES, nextOfWriter, start, stepReader, stepWriter } from "./model.mjs";
import { HEIGHT, describe, draw, title } from "./picture.mjs";

const SIZES = [
  [PAGES / 2, "half a buffer"],
  [PAGES, "one buffer"],
  [PAGES * 2, "both buffers"],
].map(([slots, words]) => [String(slots), `${slots} slots: ${words}`]);

/** `<pipe-lending>`: the two ends, stepped by hand in any order. */
export class PipeLending extends Stepped {
  setUp() {
    this.startWith(start(PAGES));
    this.choice("The pipe has", SIZES, String(PAGES), (slots) => this.startOver(Number(slots)));
    this.group();
    this.writer = this.button("", () => this.add([stepWriter(this.state)]));
    this.button("Reader: take a page", () => this.add([stepReader(this.state)]));
    this.group();
    this.backward = this.button("Back", () => this.move(-1));
    this.button("Start again", () => this.startOver(this.state.slots));
  }

  startOver(slots) {
    this.startWith(start(slots));
    this.show();
  }

  show() {
    const { state } = this;
    this.writer.textContent = `Writer: ${nextOfWriter(state)}`;
    this.backward.setAttribute("aria-disabled", String(this.now === 0));
    this.paint({ height: HEIGHT, title, description: describe(state), body: draw(state) }, state.words);
  }
}
