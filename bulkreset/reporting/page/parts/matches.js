// Which rows the search field and the filters leave.
class Filters {
  constructor(form, columns, changed) {
    this.columns = columns;
    this.changed = changed;
    this.query = form.querySelector("input[type=search]");
    this.choice = form.querySelector("#reason");
    this.wave = form.querySelector("#wave");
    this.chips = [...form.querySelectorAll("[data-chip]")];
    this.offer();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => { event.preventDefault(); this.clear(); this.apply(); });
    this.query.addEventListener("input", () => this.soon());
    for (const select of [this.choice, this.wave]) select.addEventListener("change", () => this.apply());
    for (const chip of this.chips) {
      chip.addEventListener("click", () => { this.press(chip, chip.getAttribute("aria-pressed") !== "true"); this.apply(); });
    }
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest("input, select, textarea, dialog");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); this.query.focus(); }
    });
  }

  offer() {
    const choices = new Set(this.columns.kinds.map((kind) => kind[page.choice]).filter(Boolean));
    for (const choice of [...choices].sort()) this.choice.add(new Option(choice, choice));
    const waves = new Set(this.columns.kinds.map((kind) => kind.wave).filter((wave) => wave > 0));
    for (const wave of [...waves].sort((a, b) => a - b)) this.wave.add(new Option(wave, wave));
    this.hasWaves = waves.size > 1;
    this.wave.parentElement.hidden = !this.hasWaves;
    document.getElementById("grid").classList.toggle("has-one-wave", !this.hasWaves);
  }

  press(chip, on) {
    chip.setAttribute("aria-pressed", String(on));
  }

  clear() {
    this.query.value = this.choice.value = this.wave.value = "";
    this.setChip("");
  }

  setChip(name) {
    for (const chip of this.chips) this.press(chip, chip.dataset.chip === name);
  }

  setChoice(choice) {
    this.choice.value = choice;
  }

  soon() {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.apply());
  }

  apply() {
    const pressed = new Set(this.chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.chip));
    const { value: choice } = this.choice;
    const wave = Number(this.wave.value);
    const passes = this.columns.kinds.map((kind) =>
      (!pressed.size || pressed.has(kind[page.chip])) && (!choice || kind[page.choice] === choice) && (!wave || kind.wave === wave));
    this.changed(this.rows(passes, this.query.value.trim().toLowerCase()));
  }

  rows(passes, wanted) {
    const { length, kind } = this.columns;
    const texts = wanted ? this.columns.searched : null;
    const found = new Uint32Array(length);
    let count = 0;
    for (let row = 0; row < length; row += 1) {
      if (passes[kind[row]] && (!wanted || texts[row].includes(wanted))) {
        found[count] = row;
        count += 1;
      }
    }
    return found.subarray(0, count);
  }
}
