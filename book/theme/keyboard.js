// What a mouse can do here, the keyboard can, too: mdBook leaves out the two things below.

// Boxes that scroll show it, can be reached, and then scrolled with the arrow keys.
function reachWhatScrolls() {
  for (const box of document.querySelectorAll("pre > code, .table-wrapper")) {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
    } else {
      box.removeAttribute("tabindex");
    }
    showWhetherItGoesOn(box);
    box.addEventListener("scroll", () => showWhetherItGoesOn(box), { passive: true });
  }
}

function showWhetherItGoesOn(box) {
  box.toggleAttribute("data-goes-on", box.scrollWidth - box.clientWidth - box.scrollLeft > 1);
}

addEventListener("resize", reachWhatScrolls);
document.fonts.ready.then(reachWhatScrolls);
reachWhatScrolls();

// The corner of a table, above its first column, names nothing.
for (const corner of document.querySelectorAll("th:empty")) corner.replaceWith(document.createElement("td"));

// The label that shows and hides the table of contents is a button, and answers as one.
const contents = document.getElementById("mdbook-sidebar-toggle");
contents.setAttribute("role", "button");
contents.tabIndex = 0;
contents.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    contents.click();
  }
});
