// The rows as packed.py packs them: columns, of which `kind` points into what many rows share.
class Columns {
  constructor(table) {
    this.length = table.kind.length;
    this.kind = Uint32Array.from(table.kind);
    this.kinds = table.kinds.map((values) => Object.fromEntries(page.kind.map((name, place) => [name, values[place]])));
    this.identifier = table.identifier;
    this.numbers = table.row;
    this.names = table.username;
    this.others = table.others;
  }

  // A value that only some pages have, of a row.
  other(name, row) {
    return this.others[name][row];
  }

  number(row) {
    return this.numbers ? this.numbers[row] : row + 1;
  }

  username(row) {
    return this.names[row] === 0 ? this.identifier[row] : this.names[row];
  }

  of(row) {
    return this.kinds[this.kind[row]];
  }

  // Every text that a search looks at, in small letters; made once it is needed.
  get searched() {
    if (!this.texts) {
      this.texts = new Array(this.length);
      for (let row = 0; row < this.length; row += 1) {
        const name = this.names[row];
        this.texts[row] = (name === 0 || name === "" ? this.identifier[row] : `${this.identifier[row]}\n${name}`).toLowerCase();
      }
    }
    return this.texts;
  }
}

async function unpack(block) {
  const text = atob(block.textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place += 1) bytes[place] = text.charCodeAt(place);
  block.remove();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Columns(await new Response(stream).json());
}
