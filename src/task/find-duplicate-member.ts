/** The first member that stands twice in its object, in a text that is JSON, and where the second one begins. */
export function findDuplicateMember(json: string): { readonly name: string; readonly at: number } | undefined {
  /** The names of each object on the way; null for an array. */
  const open: (Set<string> | null)[] = [];
  for (let at = 0; at < json.length; at += 1) {
    const character = json[at];
    if (character === '{' || character === '[') {
      open.push(character === '{' ? new Set() : null);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = stringEnd(json, at);
      const name = isName(json, end) ? String(JSON.parse(json.slice(at, end))) : undefined;
      if (name !== undefined && !take(name, open.at(-1))) {
        return { name, at };
      }
      at = end - 1;
    }
  }
  return undefined;
}

/** Whether the name was free in its object. */
function take(name: string, names: Set<string> | null | undefined): boolean {
  const isFree = names?.has(name) !== true;
  names?.add(name);
  return isFree;
}

/** Behind the quote that ends the string; by hand, because a pattern exhausts the stack on a long string. */
function stringEnd(json: string, start: number): number {
  let quote = json.indexOf('"', start + 1);
  while (isEscaped(json, quote)) {
    quote = json.indexOf('"', quote + 1);
  }
  return quote + 1;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === '\\') {
    backslashes += 1;
  }
  return backslashes % 2 === 1;
}

/** Whether the string that ends at `end` has a colon behind it. */
function isName(json: string, end: number): boolean {
  let at = end;
  while (' \t\r\n'.includes(json[at] ?? '.')) {
    at += 1;
  }
  return json[at] === ':';
}
