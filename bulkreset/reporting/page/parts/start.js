// What every page with rows does. `page` is the page's own script: what its rows hold, and how they are told.
const element = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en-US");

function choose(filters, chip, choice) {
  filters.clear();
  filters.setChip(chip);
  filters.setChoice(choice || "");
  filters.apply();
}

async function begin() {
  // Paint first: what follows takes the browser a moment when there are many rows.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const columns = await unpack(element("packed"));
  const details = new Details(element("details"), columns);
  const grid = new Grid(element("grid"), element("sizer"), columns, (row) => details.open(row));
  const filters = new Filters(element("filters"), columns, (rows) => {
    grid.show(rows);
    element("tally").textContent = `${number.format(rows.length)} of ${number.format(columns.length)} ${page.rows ?? "rows"}`;
  });
  filters.apply();
  if (element("paper")) paperRows(element("paper"), columns, () => grid.rows);
  for (const link of document.querySelectorAll("a[data-chip]")) {
    link.addEventListener("click", () => choose(filters, link.dataset.chip, link.dataset.choice));
  }
  performance.mark("rows-ready");
  document.documentElement.dataset.rows = "ready";
}

copyButtons();
begin().catch((problem) => {
  element("tally").textContent = `This browser cannot unpack the rows (${problem.message}); ${page.elsewhere} writes them.`;
});
