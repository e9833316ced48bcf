// Sorts a table by the column that is clicked, and shows the machines that are asked for.
const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
const compare = (one, other) =>
  Number.isNaN(one - other) ? one.localeCompare(other, "en", { numeric: true }) : one - other;
for (const head of document.querySelectorAll("thead th")) {
  const button = document.createElement("button");
  button.append(...head.childNodes);
  head.append(button);
  button.onclick = () => {
    const up = head.ariaSort !== "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.ariaSort = up ? "ascending" : "descending";
    const body = head.closest("table").tBodies[0];
    const at = head.cellIndex;
    const rows = [...body.rows].sort((one, other) => compare(value(one, at), value(other, at)));
    body.append(...(up ? rows : rows.reverse()));
  };
}
const filter = document.querySelector("#filter");
if (filter) {
  filter.hidden = false;
  const input = filter.querySelector("input");
  input.oninput = () => {
    // A phrase of the list, or words in any order.
    const text = input.value.toLowerCase().trim();
    const machines = [...document.querySelectorAll("td.machine")];
    const fits = (words) => words.includes(text) || text.split(/\s+/).every((it) => words.includes(it));
    const shown = machines
      .filter((machine) => fits(machine.textContent.toLowerCase()))
      .map((machine) => machine.parentNode.dataset.of);
    for (const row of document.querySelectorAll("tr[data-of]")) row.hidden = !shown.includes(row.dataset.of);
    filter.querySelector("output").textContent = `${shown.length} of ${machines.length}`;
  };
}
