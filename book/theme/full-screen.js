// A figure on the whole screen, for a room to see: f shows the one in the middle of the window,
// the arrows show the next one and the one before, f or Escape goes back to the page.

const shown = (figure) => figure.getClientRects().length > 0;
const figures = () => [...document.querySelectorAll("main figure")].filter(shown);

function fromTheMiddle(figure) {
  const { top, bottom } = figure.getBoundingClientRect();
  return Math.abs(top + bottom - innerHeight);
}

const inTheMiddle = () => figures().sort((one, other) => fromTheMiddle(one) - fromTheMiddle(other))[0];

async function backToThePage(figure) {
  // One more time for each figure that was shown meanwhile.
  while (document.fullscreenElement) await document.exitFullscreen();
  figure.scrollIntoView({ block: "center" });
}

addEventListener(
  "keydown",
  (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (target.matches("input:not([type=range]), select, textarea")) return;
    const figure = document.fullscreenElement;
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[key];
    if (key === "f") {
      if (figure) backToThePage(figure);
      else inTheMiddle()?.requestFullscreen();
    } else if (figure && step && !target.matches("input")) {
      const all = figures();
      all[all.indexOf(figure) + step]?.requestFullscreen();
    } else {
      return;
    }
    // Neither the page nor a figure to play with makes something else of it.
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);
