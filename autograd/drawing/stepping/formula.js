// Formulas as MathML, built element by element: what a label says is text there and nothing else.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const MOST_OPERANDS = 6; // of a sequence, in a formula

function math(name, ...children) {
  const element = document.createElementNS(MATHML, name);
  element.append(...children);
  return element;
}

// A text in a formula: an operator, a number or a name.
function token(text) {
  if (/^-?([0-9.]|inf$|nan$)/.test(text)) return math("mn", text.replace("-", "\u2212"));
  if (/^[^\p{L}\p{N}]+$/u.test(text)) return math("mo", text.replace("-", "\u2212"));
  const name = math("mi", text);
  if (text.length > 1) name.setAttribute("mathvariant", "normal");
  return name;
}

// An operand: in brackets where a sign would stand beside another one.
function operandToken(text) {
  return text.startsWith("-") ? math("mrow", token("("), token(text), token(")")) : token(text);
}

// What the holes of a formula are filled with: a list of texts for each, null for an operand that is absent.
function holesOf(i, textOf) {
  const texts = data.operands[i].map((operand, place) => textOf(operand, place));
  if (!data.shapes[i].length) return texts.map((text) => [text]);
  let next = 0;
  return data.shapes[i].map((length) => {
    if (length === 0) return null;
    const part = texts.slice(next, next + (length ?? 1));
    next += length ?? 1;
    return length === null ? part : { sequence: part };
  });
}

function filled(hole, bare) {
  if (!hole.sequence) return operandToken(hole[0]);
  const shown = hole.sequence.slice(0, MOST_OPERANDS);
  const parts = shown.flatMap((text, n) => (n ? [token(","), token(text)] : [token(text)]));
  if (hole.sequence.length > MOST_OPERANDS) parts.push(token(","), token("\u2026"));
  return bare ? math("mrow", ...parts) : math("mrow", token("("), ...parts, token(")"));
}

// What stands between the name of a function and its operand.
function space() {
  const element = math("mspace");
  element.setAttribute("width", "0.2em");
  return element;
}

function treeToMath(tree, holes) {
  if (typeof tree === "number") return holes[tree] ? filled(holes[tree], false) : math("mrow");
  if (typeof tree === "string") return token(tree);
  const [name, ...inside] = tree;
  const children = [];
  inside.forEach((part, n) => {
    if (typeof part === "number" && !holes[part]) children.pop(); // and the sign before it
    else if (typeof part === "number") {
      if (/^\p{L}{2}/u.test(inside[n - 1]) || inside[n - 1]?.[0] === "msub") children.push(space());
      children.push(filled(holes[part], inside[n - 1] === "("));
    } else children.push(treeToMath(part, holes));
  });
  return math(name, ...children);
}

// The right side of the formula of a value; `textOf` says what stands for an operand.
function rightSide(i, textOf) {
  const holes = holesOf(i, textOf);
  if (data.formula[i] >= 0) return treeToMath(data.formulas[data.formula[i]], holes);
  const texts = data.operands[i].map(textOf);
  if (texts.length === 2 && /^[^\p{L}\p{N}\s]+$/u.test(data.symbols[i])) {
    return math("mrow", operandToken(texts[0]), token(data.symbols[i]), operandToken(texts[1]));
  }
  return math("mrow", token(data.symbols[i]), filled({ sequence: texts }, false));
}

const named = (operand) => nameOf(operand);
const numbered = (operand) => (operand === HIDDEN ? "\u2026" : short(data.data[operand]));

// name = formula, and below the same in numbers.
function formulaOf(i, withNumbers) {
  const lines = [math("mrow", token(nameOf(i)), token("="), rightSide(i, named))];
  if (withNumbers) lines.push(math("mrow", token("="), rightSide(i, numbered), token("="), token(short(data.data[i]))));
  return lines.map((line) => el("div", {}, math("math", line)));
}
