import { Parser } from 'yaml';

/** Any token of the concrete syntax tree, as far as it nests. */
interface Nesting {
  readonly value?: unknown;
  readonly items?: readonly { readonly key?: unknown; readonly value?: unknown }[];
}

/**
 * Whether a YAML text nests deeper than a limit. Asked before it is composed: composing recurses, and a text of
 * brackets would exhaust the stack of the process. Neither the parser used here nor this walk recurses.
 */
export function nestsDeeperThan(limit: number, text: string): boolean {
  const open = [...new Parser().parse(text)].map((token) => ({ token: token as Nesting, depth: 0 }));
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
