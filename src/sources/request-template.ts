import { GatewayError } from '../shared/problem.ts';

/** Validated input by field id. */
export type Input = Readonly<Record<string, string>>;

/** Writes an input value into its surroundings so that it stays one value there. */
export type Escape = (value: string) => string;

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/** Ids of the input fields that a text names. */
export function namedInputs(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, id = '']) => id);
}

/** The text with every `{id}` replaced. @throws GatewayError INTERNAL_ERROR for an input that is not there */
export function fillTemplate(text: string, input: Input, escape: Escape): string {
  return text.replace(PLACEHOLDER, (_, id: string) => {
    const value = Object.hasOwn(input, id) ? input[id] : undefined;
    if (value === undefined) throw new GatewayError('INTERNAL_ERROR', { cause: `input ${id} is missing` });
    return escape(value);
  });
}

/** Every text in a value of any depth. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The value with every `{id}` in its texts replaced. */
export function fillTexts(value: unknown, input: Input, escape: Escape): unknown {
  if (typeof value === 'string') return fillTemplate(value, input, escape);
  if (Array.isArray(value)) return value.map((item) => fillTexts(item, input, escape));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, fillTexts(member, input, escape)]),
  );
}
