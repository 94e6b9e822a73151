import { type Operation } from '../agreement/agreement.ts';
import { type RequestFault, type Sentence } from '../shared/problem.ts';
import { isTckn } from '../shared/tckn.ts';

/** The body of a query once `requestFaults` found nothing. */
export interface QueryBody {
  readonly input: Readonly<Record<string, string>>;
  readonly purpose: string;
  readonly caseReference: string;
}

const MEMBERS: ReadonlySet<string> = new Set(['input', 'purpose', 'caseReference']);
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
  const faults: RequestFault[] = [];
  for (const key in body) if (!MEMBERS.has(key)) addUnknown(faults, '', key);
  addInputFaults(faults, body['input'], operation);
  addPurposeFaults(faults, body['purpose']);
  addCaseReferenceFaults(faults, body['caseReference']);
  return faults.slice(0, MOST_FAULTS);
}

function addInputFaults(faults: RequestFault[], input: unknown, operation: Operation): void {
  if (input === undefined) {
    faults.push({ pointer: '/input', messages: SENTENCES.missing });
    return;
  }
  if (!isObject(input)) {
    faults.push({ pointer: '/input', messages: SENTENCES.notObject });
    return;
  }
  for (const key in input) {
    if (!operation.input.some(({ id }) => id === key)) addUnknown(faults, '/input', key);
  }
  for (const { id } of operation.input) {
    const value = Object.hasOwn(input, id) ? input[id] : undefined;
    if (value === undefined) faults.push({ pointer: `/input/${id}`, messages: SENTENCES.missing });
    else if (typeof value !== 'string' || !isTckn(value))
      faults.push({ pointer: `/input/${id}`, messages: SENTENCES.tckn });
  }
}

function addPurposeFaults(faults: RequestFault[], purpose: unknown): void {
  const pointer = '/purpose';
  if (purpose === undefined) faults.push({ pointer, messages: SENTENCES.missing });
  else if (typeof purpose !== 'string' || purpose === '') faults.push({ pointer, messages: SENTENCES.text });
}

function addCaseReferenceFaults(faults: RequestFault[], reference: unknown): void {
  const pointer = '/caseReference';
  if (reference === undefined) faults.push({ pointer, messages: SENTENCES.missing });
  else if (typeof reference !== 'string' || !CASE_REFERENCE.test(reference))
    faults.push({ pointer, messages: SENTENCES.caseReference });
  else if (holdsTckn(reference)) faults.push({ pointer, messages: SENTENCES.caseReferenceIsIdentity });
}

/** Text in which eleven digits cannot be found: ASCII, and at most ten of them. */
const TOO_FEW_DIGITS = /^(?:[\x20-\x2f\x3a-\x7e]*[0-9]){0,10}[\x20-\x2f\x3a-\x7e]*$/;

/** Joins neighbouring groups of digits of every script, so that nothing put between digits hides a number. */
function holdsTckn(reference: string): boolean {
  if (TOO_FEW_DIGITS.test(reference)) return false;
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

function addUnknown(faults: RequestFault[], at: string, key: string): void {
  if (faults.length < MOST_FAULTS)
    faults.push({ pointer: `${at}/${escapePointer(key)}`, messages: SENTENCES.unknown });
}

/** RFC 6901 §3; cut, because the key is the caller's own text. */
function escapePointer(key: string): string {
  return key.slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
