import { type Operation } from '../agreement/agreement.ts';
import { type RequestFault, type Sentence } from '../shared/problem.ts';
import { isTckn } from '../shared/tckn.ts';

/** The body of a query once `requestFaults` found nothing. */
export interface QueryBody {
  readonly input: Readonly<Record<string, string>>;
  readonly purpose: string;
  readonly caseReference: string;
}

const MEMBERS = ['input', 'purpose', 'caseReference'];
const CASE_REFERENCE = /^[\p{L}\p{N}][\p{L}\p{N} ./_-]{0,63}$/u;
const MOST_FAULTS = 20;

const SENTENCES = {
  notObject: { tr: 'Bir JSON nesnesi olmalı.', en: 'Must be a JSON object.' },
  missing: { tr: 'Zorunlu alan eksik.', en: 'A required member is missing.' },
  unknown: { tr: 'Bu alan kabul edilmez; silin.', en: 'This member is not accepted; remove it.' },
  text: { tr: 'Boş olmayan bir metin olmalı.', en: 'Must be a text that is not empty.' },
  tckn: {
    tr: 'Geçerli bir T.C. kimlik numarası olmalı: on bir rakam, denetim basamakları doğru.',
    en: 'Must be a valid T.R. identity number: eleven digits with correct check digits.',
  },
  caseReference: {
    tr: 'En çok 64 karakterlik bir dosya numarası olmalı: harf, rakam, boşluk, nokta, eğik çizgi, tire.',
    en: 'Must be a case reference of at most 64 characters: letters, digits, space, point, slash, hyphen.',
  },
  caseReferenceIsIdentity: {
    tr: 'Dosya numarası kimlik numarası içeremez.',
    en: 'A case reference must not hold an identity number.',
  },
} as const satisfies Record<string, Sentence>;

/** Everything that is wrong in a query's body, at JSON pointers; empty when it is a QueryBody. Never repeats a value. */
export function requestFaults(body: unknown, operation: Operation): RequestFault[] {
  if (!isObject(body)) return [{ pointer: '', messages: SENTENCES.notObject }];
  return [
    ...unknownMembers(body, MEMBERS, ''),
    ...inputFaults(body['input'], operation),
    ...purposeFaults(body['purpose']),
    ...caseReferenceFaults(body['caseReference']),
  ].slice(0, MOST_FAULTS);
}

function inputFaults(input: unknown, operation: Operation): RequestFault[] {
  if (input === undefined) return [{ pointer: '/input', messages: SENTENCES.missing }];
  if (!isObject(input)) return [{ pointer: '/input', messages: SENTENCES.notObject }];
  const known = operation.input.map((field) => field.id);
  const faults = unknownMembers(input, known, '/input');
  for (const id of known) {
    const value = Object.hasOwn(input, id) ? input[id] : undefined;
    const pointer = `/input/${id}`;
    if (value === undefined) faults.push({ pointer, messages: SENTENCES.missing });
    else if (typeof value !== 'string' || !isTckn(value)) faults.push({ pointer, messages: SENTENCES.tckn });
  }
  return faults;
}

function purposeFaults(purpose: unknown): RequestFault[] {
  if (purpose === undefined) return [{ pointer: '/purpose', messages: SENTENCES.missing }];
  const valid = typeof purpose === 'string' && purpose !== '';
  return valid ? [] : [{ pointer: '/purpose', messages: SENTENCES.text }];
}

function caseReferenceFaults(reference: unknown): RequestFault[] {
  const pointer = '/caseReference';
  if (reference === undefined) return [{ pointer, messages: SENTENCES.missing }];
  if (typeof reference !== 'string' || !CASE_REFERENCE.test(reference)) {
    return [{ pointer, messages: SENTENCES.caseReference }];
  }
  return holdsTckn(reference) ? [{ pointer, messages: SENTENCES.caseReferenceIsIdentity }] : [];
}

/** Joins neighbouring groups of digits of every script, so that nothing put between digits hides a number. */
function holdsTckn(reference: string): boolean {
  const written = reference.normalize('NFKC').replace(/\p{Nd}/gu, asciiDigit);
  const groups = written.match(/\d+/g) ?? [];
  return groups.some((_, first) =>
    groups.some((_group, last) => last >= first && isTckn(groups.slice(first, last + 1).join(''))),
  );
}

/** Decimal digits of every script stand in runs of ten that begin with its zero. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

function unknownMembers(
  value: Record<string, unknown>,
  known: readonly string[],
  at: string,
): RequestFault[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .slice(0, MOST_FAULTS)
    .map((key) => ({ pointer: `${at}/${escapePointer(key)}`, messages: SENTENCES.unknown }));
}

/** RFC 6901 §3; cut, because the key is the caller's own text. */
function escapePointer(key: string): string {
  return key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
