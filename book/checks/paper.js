// The book for paper and for e-readers: its pages, made ready in a browser.

/** A4 without its margins, in CSS pixels. */
export const PAPER = 657;

/** All of it, as print.html has it, with a cover, and a chapter's links as notes at its end. Runs in the browser. */
export function makeReadyForPaper({ title, description }) {
  const main = document.querySelector("main");
  document.documentElement.classList.add("with-notes");
  for (const details of main.querySelectorAll("details")) details.open = true;

  const chapters = [...main.querySelectorAll(":scope > h1")];
  chapters.forEach((heading, index) => {
    const end = chapters[index + 1]?.previousElementSibling ?? null;
    const links = linksBetween(heading, end);
    if (links.length === 0) return;
    const notes = document.createElement("section");
    notes.className = "notes";
    notes.innerHTML = "<h2>Links</h2><ol></ol>";
    const numbers = new Map();
    for (const link of links) {
      if (!numbers.has(link.href)) {
        numbers.set(link.href, numbers.size + 1);
        const item = document.createElement("li");
        item.textContent = link.href;
        notes.lastChild.append(item);
      }
      const number = document.createElement("sup");
      number.textContent = numbers.get(link.href);
      link.after(number);
    }
    if (end) end.before(notes);
    else main.append(notes);
  });

  const cover = document.createElement("section");
  cover.className = "cover";
  cover.innerHTML = "<h1></h1><p></p><figure></figure>";
  cover.querySelector("h1").textContent = title;
  cover.querySelector("p").textContent = description;
  cover.querySelector("figure").append(document.querySelector(".chart.wide").cloneNode(true));
  main.prepend(cover);

  function linksBetween(first, last) {
    const links = [];
    for (let element = first; element && element !== last; element = element.nextElementSibling) {
      links.push(...element.querySelectorAll("a[href^='http']"));
    }
    return links;
  }
}

/** The chapter of a page as XHTML for an e-reader, which runs no script. Runs in the browser. */
export function chapterForReaders() {
  const main = document.querySelector("main").cloneNode(true);
  for (const gone of main.querySelectorAll("script, button, .buttons, .play-live, .chart.wide, .flame > svg")) gone.remove();
  for (const aside of main.querySelectorAll(".noted > aside")) aside.parentElement.append(aside);
  for (const live of main.querySelectorAll("*")) {
    if (live.localName.includes("-")) live.replaceWith(...live.childNodes);
  }
  // Many readers cannot unfold what is folded.
  for (const details of main.querySelectorAll("details")) {
    const open = document.createElement("div");
    open.className = `details ${details.className}`.trim();
    open.append(...details.childNodes);
    details.replaceWith(open);
  }
  for (const summary of main.querySelectorAll("summary")) {
    const question = document.createElement("p");
    question.className = "summary";
    question.append(...summary.childNodes);
    summary.replaceWith(question);
  }
  for (const element of main.querySelectorAll("[tabindex], [data-goes-on]")) {
    element.removeAttribute("tabindex");
    element.removeAttribute("data-goes-on");
  }
  for (const header of main.querySelectorAll("a.header")) header.replaceWith(...header.childNodes);
  for (const link of main.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (!/^[a-z]+:/.test(href)) link.setAttribute("href", href.replace(/\.html(?=#|$)/, ".xhtml"));
  }
  const xhtml = [...main.childNodes].map((node) => new XMLSerializer().serializeToString(node)).join("");
  return { title: main.querySelector("h1").textContent, xhtml: xhtml.replaceAll(' xmlns="http://www.w3.org/1999/xhtml"', "") };
}

/** What is cut off or would scroll on paper. Runs in the browser, as wide as the paper, with its style. */
export function cutOff() {
  const faults = [];
  const right = document.documentElement.clientWidth;
  for (const element of document.querySelectorAll("main *")) {
    if (element instanceof SVGElement || !element.checkVisibility()) continue;
    const { overflowX, overflowY } = getComputedStyle(element);
    const said = element.outerHTML.slice(0, 90);
    if ([overflowX, overflowY].some((overflow) => overflow !== "visible")) faults.push(`could scroll or be cut: ${said}`);
    if (element.getBoundingClientRect().right > right + 1) faults.push(`sticks out of the paper: ${said}`);
    if (element.localName === "details" && element.lastElementChild.getBoundingClientRect().height === 0) faults.push(`folded: ${said}`);
  }
  return faults;
}
