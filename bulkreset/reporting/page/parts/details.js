// All that is known of one row.
class Details {
  constructor(dialog, columns) {
    Object.assign(this, { dialog, columns });
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }

  open(row) {
    this.dialog.querySelector("h3").textContent = `Row ${number.format(this.columns.number(row))}`;
    const list = this.dialog.querySelector("dl");
    list.replaceChildren();
    for (const [name, ...values] of page.told(this.columns, row)) {
      const term = document.createElement("dt");
      term.textContent = name;
      const value = document.createElement("dd");
      value.append(...values);
      if (value.textContent.trim()) list.append(term, value);
    }
    this.dialog.showModal();
  }
}
