// All that is known of one user who is left.
class Details {
  constructor(dialog, columns) {
    Object.assign(this, { dialog, columns });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  open(row) {
    const kind = this.columns.of(row);
    const told = [
      ["Identifier", visible(this.columns.identifier[row])],
      ["Username", visible(this.columns.username(row))],
      ["Stage", mark(kind.decision), " ", labels[kind.decision] ?? kind.decision],
      ["Reason", kind.reason],
      ["Status now", kind.state],
      ["Step of the run", kind.steps],
      ["Temporary password ends", kind.problem],
      ["Wave", kind.wave ? String(kind.wave) : ""],
    ];
    this.dialog.querySelector("h3").textContent = `Row ${number.format(this.columns.number(row))}`;
    const list = this.dialog.querySelector("dl");
    list.replaceChildren();
    for (const [name, ...values] of told) {
      const term = document.createElement("dt");
      term.textContent = name;
      const value = document.createElement("dd");
      value.append(...values);
      if (value.textContent.trim()) list.append(term, value);
    }
    this.dialog.showModal();
  }
}
