import { Stepped } from "../figure.mjs";
import { call, emptyPipe } from "./model.mjs";
import { HEIGHT, describe, draw, title } from "./picture.mjs";

const WRITES = [10000, 1000, 4096];
const READS = [10000, 1000];

/** `<pipe-ring>`: calls of one's choice, step by step. */
export class PipeRing extends Stepped {
  setUp() {
    this.startWith({ ...emptyPipe(), words: "The pipe is empty. Choose a call.", touched: null });
    const call = (end, name) => (bytes) => [end, this.button(`${name} ${bytes}`, () => this.call(end, bytes))];
    this.calls = [...WRITES.map(call("writer", "write")), ...READS.map(call("reader", "read"))];
    this.mayNotSleep = this.choice("A call that cannot go on", [["", "sleeps"], ["yes", "fails or falls short (O_NONBLOCK)"]], "", () => {});
    this.group();
    this.backward = this.button("Back", () => this.move(-1));
    this.forward = this.button("Step", () => this.move(1));
    this.button("Start again", () => {
      this.startWith(this.history[0]);
      this.show();
    });
  }

  /** Whatever is left of the call before is done first. */
  call(end, bytes) {
    while (this.state.goesOn) this.now += 1;
    if (this.state[end] === null) this.add(call(this.state, end, bytes, { nonBlocking: this.mayNotSleep.value !== "" }));
    else this.show();
  }

  show() {
    const { state } = this;
    // Who sleeps makes no call; a button with the focus stays one, so that the keyboard does not lose its place.
    const last = this.history.slice(this.now).find((later) => !later.goesOn);
    for (const [end, button] of this.calls) button.setAttribute("aria-disabled", String(last[end] !== null));
    this.backward.setAttribute("aria-disabled", String(this.now === 0));
    this.forward.setAttribute("aria-disabled", String(this.now === this.history.length - 1));
    const count = `Step ${this.now} of ${this.history.length - 1}. `;
    this.paint({ height: HEIGHT, title, description: describe(state), body: draw(state) }, (this.history.length > 1 ? count : "") + state.words);
  }
}
