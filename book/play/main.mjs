// The figures to play with: each an element of its own, in the pages that have one.
import { PipeLending } from "./lending/element.mjs";
import { PageWalk } from "./page-walk/element.mjs";
import { PipeRing } from "./ring/element.mjs";
import { SleepWake } from "./sleep-wake/element.mjs";
import { ClaimedTouched } from "./touched/element.mjs";

customElements.define("pipe-ring", PipeRing);
customElements.define("pipe-lending", PipeLending);
customElements.define("page-walk", PageWalk);
customElements.define("sleep-wake", SleepWake);
customElements.define("claimed-touched", ClaimedTouched);
