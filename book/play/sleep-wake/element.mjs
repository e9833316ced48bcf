import { Figure } from "../figure.mjs";
import { rowsOf } from "./frames.mjs";
import { parametersOf } from "./model.mjs";
import { describe, draw, heightOf, title } from "./picture.mjs";

const PIPES = [4, 16, 64, 128, 256].map((kib) => [String(kib * 1024), `${kib} KiB`]);

/** `<sleep-wake>`: a stage's measured calls, and what other ones would come to. */
export class SleepWake extends Figure {
  setUp() {
    const stages = this.data.stages.map(({ stage }) => [String(stage), `stage ${stage}`]);
    this.choice("Start from", stages, "4", (stage) => {
      this.take(Number(stage));
      this.show();
    });
    this.pipe = this.choice("The pipe holds", PIPES, "262144", (pipe) => this.set({ pipe: Number(pipe) }));
    this.group();
    this.sliders = {
      awake: this.slider("256 KiB, awake", { min: 1, max: 60, step: 0.1, value: 1 }, (awake) => this.set({ awake })),
      sleep: this.slider("A sleep adds", { min: 0, max: 100, step: 0.5, value: 0 }, (sleep) => this.set({ sleep })),
      share: this.slider("Calls that sleep (put in)", { min: 0, max: 100, value: 0 }, (percent) => this.set({ share: percent / 100 })),
    };
    this.take(4);
  }

  take(stage) {
    this.stage = stage;
    this.asMeasured = true;
    this.parameters = parametersOf(this.data.stages.find((each) => each.stage === stage));
  }

  set(changed) {
    this.asMeasured = false;
    this.parameters = { ...this.parameters, ...changed };
    this.show();
  }

  show() {
    const { awake, sleep, share, pipe } = this.parameters;
    const values = { awake: [awake, `${awake.toFixed(1)} µs`], sleep: [sleep, `${sleep.toFixed(1)} µs`], share: [share * 100, `${Math.round(share * 100)}%`] };
    for (const [name, [value, words]] of Object.entries(values)) {
      this.sliders[name].input.value = String(value);
      this.sliders[name].output.textContent = words;
    }
    this.pipe.value = String(pipe);
    const rows = rowsOf(this.data, this.stage);
    const words = describe(this.parameters, rows, this.asMeasured);
    this.paint({ height: heightOf(rows), title, description: words, body: draw(this.parameters, rows) }, words);
  }
}
