/** Any token of the concrete syntax tree, as far as it nests. */
interface Nesting {
  readonly value?: unknown;
  readonly items?: readonly { readonly key?: unknown; readonly value?: unknown }[];
}

/**
 * Whether the tokens of a YAML text nest deeper than a limit. Asked before they are composed: composing recurses, and a
 * text of brackets would exhaust the stack of the process. Neither the parser of tokens nor this walk recurses.
 */
export function nestsDeeperThan(limit: number, tokens: readonly object[]): boolean {
  const open = tokens.map((token) => ({ token: token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > limit) return true;
    for (const child of children(token)) open.push({ token: child, depth: depth + 1 });
  }
  return false;
}

function children({ value, items = [] }: Nesting): Nesting[] {
  return [value, ...items.flatMap((item) => [item.key, item.value])].filter(
    (child): child is Nesting => typeof child === 'object' && child !== null,
  );
}
