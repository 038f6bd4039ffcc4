// On paper there is no scrolling: the rows that the filters leave, up to a few pages of them.
const MOST_ON_PAPER = 300;

function paperRows(body, columns, rows) {
  addEventListener("beforeprint", () => {
    const shown = rows();
    const lines = Array.from(shown.subarray(0, MOST_ON_PAPER), (row) => {
      const kind = columns.of(row);
      const cells = [columns.number(row), visible(columns.identifier[row]), visible(columns.username(row)), page.labels[kind[page.chip]] ?? kind[page.chip], kind[page.choice], kind.wave || ""];
      return line(cells);
    });
    if (shown.length > MOST_ON_PAPER) {
      const note = line([`… and ${number.format(shown.length - MOST_ON_PAPER)} more rows: filter before printing, or use ${page.elsewhere}`]);
      note.firstChild.colSpan = 6;
      lines.push(note);
    }
    body.replaceChildren(...lines);
  });
  addEventListener("afterprint", () => body.replaceChildren());
}

function line(values) {
  const made = document.createElement("tr");
  for (const value of values) {
    const cell = document.createElement("td");
    cell.append(value);
    made.append(cell);
  }
  return made;
}
