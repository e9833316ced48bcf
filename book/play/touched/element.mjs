import { Figure } from "../figure.mjs";
import { DEPTHS, worth } from "./model.mjs";
import { HEIGHT, draw, figure, title } from "./picture.mjs";
import { describe, longest } from "./frames.mjs";

/** `<claimed-touched>`: what a reader touches, and what its GiB/s are worth. */
export class ClaimedTouched extends Figure {
  setUp() {
    const { ways } = this.data;
    [this.way, this.depth] = [ways[0], DEPTHS[0]];
    this.choice("The bytes come through", ways.map(({ name }) => [name, name]), this.way.name, (name) => {
      this.way = ways.find((way) => way.name === name);
      this.show();
    });
    this.choice("The reader touches", DEPTHS.map(({ name, words }) => [name, words]), this.depth.name, (name) => {
      this.depth = DEPTHS.find((depth) => depth.name === name);
      this.show();
    });
  }

  show() {
    const gibPerSecond = this.way[this.depth.name];
    const { cache } = this.data;
    if (gibPerSecond === undefined) {
      this.words.textContent = `Nobody has measured ${this.way.name} with ${this.depth.words} touched: make beyond TABLE=beside does.`;
      this.holder.replaceChildren();
      return;
    }
    const { touched, microsecondsForBuffer } = worth(gibPerSecond, this.depth.bytes);
    this.paint(
      { height: HEIGHT, title, description: describe(this.way, this.depth), body: draw({ gibPerSecond, bytes: this.depth.bytes }, longest(this.way), cache) },
      `Claimed: ${figure(gibPerSecond)} GiB/s, or ${figure(microsecondsForBuffer)} µs for 256 KiB. Touched: ${figure(touched)} GiB/s.`,
    );
  }
}
