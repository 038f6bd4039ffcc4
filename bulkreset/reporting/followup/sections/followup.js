const element = (id) => document.getElementById(id);
const number = new Intl.NumberFormat("en-US");
const labels = { pending: "Pending", expiring: "Expiring", expired: "Expired" };

async function begin() {
  // Paint first: what follows takes the browser a moment when there are many rows.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const columns = await unpack(element("packed"));
  const details = new Details(element("details"), columns);
  const grid = new Grid(element("grid"), element("sizer"), columns, (row) => details.open(row));
  const filters = new Filters(element("filters"), columns, (rows) => {
    grid.show(rows);
    element("tally").textContent = `${number.format(rows.length)} of ${number.format(columns.length)} users who are left`;
  });
  filters.apply();
  performance.mark("rows-ready");
  document.documentElement.dataset.rows = "ready";
}

begin().catch((problem) => {
  element("tally").textContent = `This browser cannot unpack the rows (${problem.message}); bulkreset followup --out left.csv writes them.`;
});
