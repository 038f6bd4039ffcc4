const element = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en-US");
const labels = { do: "Changed", skip: "Skipped", block: "Blocked", invalid: "Unusable" };

copyButtons();

function choose(filters, decision, reason) {
  filters.clear();
  filters.setDecision(decision);
  filters.setReason(reason || "");
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
    element("tally").textContent = `${number.format(rows.length)} of ${number.format(columns.length)} rows`;
  });
  filters.apply();
  paperRows(element("paper"), columns, () => grid.rows);
  for (const link of document.querySelectorAll("a[data-decision]")) {
    link.addEventListener("click", () => choose(filters, link.dataset.decision, link.dataset.reason));
  }
  performance.mark("rows-ready");
  document.documentElement.dataset.rows = "ready";
}

begin().catch((problem) => {
  element("tally").textContent = `This browser cannot unpack the rows (${problem.message}); bulkreset show --format csv writes them.`;
});
