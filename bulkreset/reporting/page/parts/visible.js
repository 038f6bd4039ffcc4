// Characters that hide or turn text around are spelt out, as visible.py does. A joiner only joins emoji.
const HIDDEN = /([\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Co}]|(?!\u200d)\p{Cf})/u;

function visible(text) {
  const whole = document.createElement("bdi");
  if (!HIDDEN.test(text)) {
    whole.textContent = text;
    return whole;
  }
  text.split(HIDDEN).forEach((piece, place) => {
    if (place % 2 === 0) {
      whole.append(piece);
      return;
    }
    const code = document.createElement("span");
    code.className = "hidden-character";
    code.textContent = `⟨U+${piece.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
    whole.append(code);
  });
  return whole;
}
