// A figure on the whole screen, for a room to see: f shows the one in the middle of the window,
// the arrows show the next one and the one before, f or Escape goes back to the page.

let shown;
const figures = () => [...document.querySelectorAll("main figure")].filter((figure) => figure.getClientRects().length > 0);

function fromTheMiddle(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  return Math.abs(top + bottom - innerHeight);
}

const inTheMiddle = () => figures().sort((one, other) => fromTheMiddle(one) - fromTheMiddle(other))[0];

// It lies above all else where it stands, and the page is what fills the screen: so one figure
// can follow another as often as one likes.
function show(figure) {
  if (!figure) return;
  shown?.classList.remove("whole-screen");
  figure.classList.add("whole-screen");
  shown = figure;
  if (!document.fullscreenElement) document.documentElement.requestFullscreen().catch(() => {});
}

function backToThePage() {
  shown.classList.remove("whole-screen");
  shown.scrollIntoView({ block: "center" });
  shown = undefined;
  if (document.fullscreenElement) document.exitFullscreen();
}

addEventListener("fullscreenchange", () => {
  if (shown && !document.fullscreenElement) backToThePage();
});

addEventListener(
  "keydown",
  (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.matches("input:not([type=range]), select, textarea")) return;
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[key];
    if (shown && (key === "f" || key === "Escape")) {
      backToThePage();
    } else if (key === "f") {
      show(inTheMiddle());
    } else if (shown && step && !target.matches("input")) {
      const all = figures();
      const next = all[all.indexOf(shown) + step];
      if (next) show(next);
    } else {
      return;
    }
    // Neither the page nor a figure to play with makes something else of it.
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
