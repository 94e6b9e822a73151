import { type Check, type Finding, type Probe } from './probe.ts';

/** Marks of text that was never filled in: dots, lines and brackets of a form (Ek-2 footnotes 2–4). */
const PLACEHOLDER = /\.{3}|…|_{3}|\[@|\{\{|<<|\bTODO\b|\bXXX\b/;

/** No text of the file waits to be filled in. */
export const checkPlaceholders: Check = (root) => unfilled(root);

function unfilled(probe: Probe): Finding[] {
  const { value, path } = probe;
  if (typeof value === 'string') return PLACEHOLDER.test(value) ? [finding(path)] : [];
  if (typeof value !== 'object' || value === null) return [];
  const isArray = Array.isArray(value);
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    unfilled({ path: [...path, isArray ? Number(key) : key], value: child }),
  );
}

function finding(path: Probe['path']): Finding {
  return {
    code: 'PLACEHOLDER',
    path,
    message: { tr: 'doldurulmamış bir boşluk var', en: 'a blank was left unfilled' },
    remedy: { tr: 'Boşluğu imzalanan metne göre doldurun.', en: 'Fill the blank as the signed text does.' },
  };
}
