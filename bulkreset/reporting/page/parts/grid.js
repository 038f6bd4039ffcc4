// A table of any length: only the rows in sight are in the document.
const TALLEST = 16000000; // Some browsers lay out no more pixels than 17 millions; beyond, places are in proportion.
const SPARE = 6;
const SHORT = 12;

class Grid {
  constructor(frame, sizer, columns, open) {
    Object.assign(this, { frame, sizer, columns, open, rows: new Uint32Array(0), active: 0, lines: new Map() });
    frame.addEventListener("scroll", () => this.draw(), { passive: true });
    frame.addEventListener("keydown", (event) => this.key(event));
    frame.addEventListener("focus", () => this.draw());
    sizer.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => this.measure()).observe(frame);
  }

  show(rows) {
    this.rows = rows;
    this.active = 0;
    this.frame.scrollTop = 0;
    this.frame.classList.toggle("is-short", rows.length <= SHORT);
    this.frame.setAttribute("aria-rowcount", rows.length + 1);
    this.measure();
  }

  measure() {
    const probe = this.frame.firstElementChild;
    this.height = parseFloat(getComputedStyle(this.frame).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.head = probe.offsetHeight;
    this.full = Math.min(this.rows.length * this.height, TALLEST);
    this.sizer.style.height = `${this.full}px`;
    for (const line of this.lines.values()) line.remove();
    this.lines.clear();
    this.draw();
  }

  get inSight() {
    return Math.max(1, Math.floor((this.frame.clientHeight - this.head) / this.height));
  }

  // The place of the first row in sight; whole rows where the table is too long to lay out.
  get first() {
    const room = this.full - (this.frame.clientHeight - this.head);
    if (this.full < TALLEST || room <= 0) return this.frame.scrollTop / this.height;
    return Math.round((this.frame.scrollTop / room) * (this.rows.length - this.inSight));
  }

  top(place) {
    return this.full < TALLEST ? place * this.height : this.frame.scrollTop + (place - this.first) * this.height;
  }

  draw() {
    const from = Math.max(0, Math.floor(this.first) - SPARE);
    const to = Math.min(this.rows.length, Math.ceil(this.first) + this.inSight + SPARE);
    for (const [place, line] of this.lines) {
      if (place < from || place >= to) { line.remove(); this.lines.delete(place); }
    }
    for (let place = from; place < to; place += 1) {
      let line = this.lines.get(place);
      if (!line) {
        line = this.line(place);
        this.lines.set(place, line);
        this.sizer.append(line);
      }
      line.style.transform = `translateY(${this.top(place)}px)`;
      const isActive = place === this.active && document.activeElement === this.frame;
      line.classList.toggle("is-active", isActive);
      line.setAttribute("aria-selected", String(isActive));
    }
    this.empty(this.rows.length === 0);
    const active = this.lines.get(this.active);
    if (active) this.frame.setAttribute("aria-activedescendant", active.id);
    else this.frame.removeAttribute("aria-activedescendant");
  }

  empty(isEmpty) {
    this.nothing?.remove();
    if (!isEmpty) return;
    this.nothing = document.createElement("p");
    this.nothing.className = "nothing";
    this.nothing.textContent = "No row is like that.";
    this.frame.append(this.nothing);
  }

  line(place) {
    const row = this.rows[place];
    const kind = this.columns.of(row);
    const line = document.createElement("div");
    line.className = "row";
    line.id = `row-${place}`;
    line.dataset.place = place;
    line.setAttribute("role", "row");
    line.setAttribute("aria-rowindex", place + 2);
    line.append(
      cell("number", number.format(this.columns.number(row))),
      cell("identifier", visible(this.columns.identifier[row])),
      cell("username", visible(this.columns.username(row))),
      cell("verdict", ...verdict(kind[page.chip])),
      cell("reason", kind[page.choice]),
      cell("wave", kind.wave || ""),
    );
    return line;
  }

  click(event) {
    const line = event.target.closest(".row");
    if (!line || String(getSelection())) return;
    this.active = Number(line.dataset.place);
    this.draw();
    this.open(this.rows[this.active]);
  }

  key(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: this.inSight, PageUp: -this.inSight, Home: -Infinity, End: Infinity };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && this.rows.length) {
      event.preventDefault();
      this.open(this.rows[this.active]);
    } else if (event.key in moves) {
      event.preventDefault();
      this.active = Math.min(this.rows.length - 1, Math.max(0, this.active + moves[event.key]));
      this.bringIntoSight();
    }
  }

  bringIntoSight() {
    const first = this.first;
    if (this.active < first) this.scrollTo(this.active);
    else if (this.active > first + this.inSight - 1) this.scrollTo(this.active - this.inSight + 1);
    this.draw();
  }

  scrollTo(place) {
    if (this.full < TALLEST) {
      this.frame.scrollTop = place * this.height;
      return;
    }
    const room = this.full - (this.frame.clientHeight - this.head);
    this.frame.scrollTop = (place / Math.max(1, this.rows.length - this.inSight)) * room;
  }
}

function cell(name, ...content) {
  const made = document.createElement("span");
  made.className = name;
  made.setAttribute("role", "gridcell");
  made.append(...content);
  return made;
}

// What a decision or an outcome is called, after its mark.
function verdict(name) {
  return [mark(name), ` ${page.labels[name] ?? name}`];
}

function mark(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("class", `mark mark-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#mark-${name}`);
  drawing.append(use);
  return drawing;
}
