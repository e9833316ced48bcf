// Sorts a table by the column that is clicked, and shows the machines that are asked for. What
// was chosen outlives the page, which is read again and again while the room is at work.
const chosen = history.state ?? {};
const choose = (what) => history.replaceState(Object.assign(chosen, what), "");
const value = (row, column) => row.cells[column].dataset.value ?? row.cells[column].textContent;
const compare = (one, other) =>
  Number.isNaN(one - other) ? one.localeCompare(other, "en", { numeric: true }) : one - other;
const sort = (head, up) => {
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.ariaSort = up ? "ascending" : "descending";
  const body = head.closest("table").tBodies[0];
  const at = head.cellIndex;
  const rows = [...body.rows].sort((one, other) => compare(value(one, at), value(other, at)));
  body.append(...(up ? rows : rows.reverse()));
};
for (const [number, table] of document.querySelectorAll("table").entries()) {
  const heads = table.tHead.rows[0].cells;
  for (const head of heads) {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const up = head.ariaSort !== "ascending";
      choose({ [number]: [head.cellIndex, up] });
      sort(head, up);
    };
  }
  const [column, up] = chosen[number] ?? [];
  if (column in heads) sort(heads[column], up);
}
const filter = document.querySelector("#filter");
if (filter) {
  filter.hidden = false;
  const input = filter.querySelector("input");
  const show = () => {
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
  input.oninput = () => {
    choose({ only: input.value });
    show();
  };
  input.value = chosen.only ?? "";
  if (input.value) show();
}
// Nobody is interrupted who writes.
const again = () => document.activeElement?.localName !== "input" && location.reload();
if ("watched" in document.body.dataset) setInterval(again, 5000);
