// Of Bootstrap's stylesheet only what our pages use: the rules whose selectors begin with a name on the list,
// and of its variables only those that these rules read.
import { readFile } from "node:fs/promises";

const TAKEN = [
  /^\.row(?![\w-])/,
  /^\.g[xy]?-[0-5]$/,
  /^\.col(-(sm|md|lg))?(-(auto|\d+))?$/,
  /^\.form-(control|select|check|label|text|switch)/,
  /^\.col-form-label/,
  /^\.input-group/,
  /^\.(in)?valid-feedback/,
  /^\.(was-validated|is-invalid)/,
  /^\.btn-(check|group)/,
  /^\.table(-sm|-hover)?(?![\w-])/,
  /^\.(mb|mt)-[0-5]$/,
  /^\.(d-none|d-block|w-100|text-end|m-0)$/,
];
const LEFT = [/:valid(?![\w-])/, /is-valid/, /valid-tooltip/, /form-control-(lg|sm|color|plaintext)/, /form-select-(lg|sm)/, /input-group-(lg|sm)/];
const SIZES = /\((min-width: (576|768|992)px|prefers-reduced-motion: reduce)\)/;

/** Cut a stylesheet into [head, body] statements of its outermost level. */
function statements(css) {
  const found = [];
  let depth = 0;
  let start = 0;
  let head = "";
  for (let at = 0; at < css.length; at += 1) {
    if (css[at] === "{" && (depth += 1) === 1) {
      head = css.slice(start, at).trim();
      start = at + 1;
    } else if (css[at] === "}" && (depth -= 1) === 0) {
      found.push([head, css.slice(start, at)]);
      start = at + 1;
    } else if (css[at] === ";" && depth === 0) {
      start = at + 1; // @charset and the like
    }
  }
  return found;
}

/** Split at commas that stand outside brackets: `:not(.a, .b)` is one selector. */
const selectors = (head) => head.split(/,(?![^(]*\))/).map((one) => one.trim());
const wanted = (one) => TAKEN.some((rule) => rule.test(one)) && !LEFT.some((rule) => rule.test(one));

function take(css) {
  const kept = [];
  for (const [head, body] of statements(css)) {
    if (head.startsWith("@media")) {
      const inner = SIZES.test(head) ? take(body) : "";
      if (inner) kept.push(`${head}{${inner}}`);
    } else if (!head.startsWith("@")) {
      const ours = selectors(head).filter(wanted);
      if (ours.length) kept.push(`${ours.join(",")}{${body}}`);
    }
  }
  return kept.join("\n");
}

function variables(css, used) {
  const root = statements(css).find(([head]) => head.includes(":root"));
  const lines = root[1].split(";").filter((line) => {
    const name = line.split(":")[0].trim();
    return name.startsWith("--bs-") && used.includes(`var(${name}`);
  });
  return `:root{${lines.join(";")}}`;
}

export async function bootstrapTaken(path) {
  const css = (await readFile(path, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
  const rules = take(css);
  return `${variables(css, rules)}\n${rules}`;
}
