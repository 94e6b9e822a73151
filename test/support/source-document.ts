import fc from 'fast-check';
import { type Operation, type OutputField } from '../../src/agreement/agreement.ts';
import { anyText } from './any-text.ts';

const words = { tr: 'metin', en: 'text' };
const common = { label: words, category: 'identity', necessity: words };

/** The six outputs of Ek-1 (protocol of 2024) with their types and bounds. */
export const EK_1: readonly OutputField[] = [
  { ...common, id: 'adSoyad', type: 'text', maxLength: 200, nullable: false },
  { ...common, id: 'unvan', type: 'text', maxLength: 200, nullable: false },
  { ...common, id: 'izinBaslangicTarihi', type: 'date', nullable: false },
  { ...common, id: 'telefon', type: 'text', maxLength: 20, nullable: false },
  { ...common, id: 'bildirilenIsciSayisi', type: 'integer', minimum: 0, maximum: 100_000, nullable: true },
  {
    ...common,
    id: 'durum',
    type: 'code',
    nullable: false,
    values: ['gecerli', 'askida', 'iptal', 'suresi-doldu'].map((code) => ({ code, label: words })),
  },
];

/** An operation with these outputs; the six of Ek-1 by default. */
export function lookupOperation(output: readonly OutputField[] = EK_1): Operation {
  return {
    id: 'araci-sorgu', kind: 'lookup', name: words, annex: 'Ek-1', provider: 'iskur', consumer: 'cgm',
    system: 'iskur-bilgi-sistemi', modes: ['instant'], purposes: ['cocuk-isciligi-takip'],
    input: [{ id: 'tckn', type: 'tckn', label: words, necessity: words }], output,
  }; // prettier-ignore
}

/** A document that fits Ek-1. Fictional. */
export function validDocument(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    adSoyad: 'Işıl Çağrı Öğüt',
    unvan: 'Öğüt Tarım Aracılığı',
    izinBaslangicTarihi: '2026-03-01',
    telefon: '0322 000 00 00',
    bildirilenIsciSayisi: 37,
    durum: 'gecerli',
    ...overrides,
  };
}

/** Begins every string that the gateway must not let out, so that no agreed value holds one by chance. */
export const MARK = '¤';

const marked = fc.bigInt({ min: 0n, max: 2n ** 60n }).map((serial) => `${MARK}${serial.toString(36)}`);
const letters = fc.constantFrom(
  ...Array.from('abcçdefgğhıijklmnoöprsştuüvyzABCÇİIŞĞÜÖ "\\/<>&\u2019é\u{1F600}中'),
);
const goodText = fc.string({ unit: letters, minLength: 1, maxLength: 6 });
const goodDate = fc
  .tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`);
const looseDate = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
  .map(([year, month, day]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`);
const goodCount = fc.oneof(fc.constant(null), fc.constant(-0), fc.integer({ min: 0, max: 100_000 }));
const nested = fc.oneof(
  marked.map((text) => ({ adSoyad: text, [text]: [text, { durum: text }] })),
  marked.map((text) => [text]),
  marked.map((text) => JSON.parse(`{"__proto__":{"adSoyad":"${text}"}}`) as unknown),
);
const odd = fc.oneof(
  marked,
  nested,
  anyText({ maxLength: 8 }),
  fc.tuple(letters, fc.integer({ min: 15, max: 210 })).map(([letter, times]) => letter.repeat(times)),
  looseDate,
  fc.double(),
  fc.integer(),
  fc.constantFrom<unknown>(
    undefined, null, '', '37', '0', 'null', 'Gecerli', 'gecerli ', '2026-03-01T00:00:00Z', '2026-3-1', '\ud800',
    's\u0327', 'a\u0000b', '\u2028', '\ufffd', true, false, 37n, 1.5, -1, 100_001, 2 ** 53, Number.NaN, Infinity,
    new Date(0), new Map([['adSoyad', 'x']]), Symbol.iterator,
  ),
); // prettier-ignore

const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), place: fc.nat(5), value: odd }),
  fc.record({
    kind: fc.constantFrom('drop', 'rename', 'inherit', 'getter', 'hide'),
    place: fc.nat(5),
    value: marked,
  }),
);
const surplus = fc.array(fc.tuple(marked, fc.oneof(marked, nested, fc.integer(), goodText)), {
  maxLength: 6,
});
const values = fc.tuple(
  goodText,
  goodText,
  goodDate,
  goodText,
  goodCount,
  fc.constantFrom('gecerli', 'askida', 'iptal'),
);

/** Some records of a source: mostly one, half of them as agreed, with undeclared members and spoiled ones. */
export const sourceRecords: fc.Arbitrary<readonly unknown[]> = fc.oneof(
  {
    weight: 40,
    arbitrary: fc
      .tuple(values, surplus, fc.array(change, { maxLength: 2 }))
      .map((parts) => [build(...parts)]),
  },
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: odd.map((value) => [value]) },
  { weight: 1, arbitrary: marked.map((text) => [validDocument({ [text]: text }), validDocument()]) },
);

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function build(
  agreed: readonly unknown[],
  extra: readonly [string, unknown][],
  changes: readonly Change[],
): object {
  const members = [...extra, ...EK_1.map((field, place): [string, unknown] => [field.id, agreed[place]])];
  const record = Object.fromEntries(members);
  return changes.reduce(spoil, record);
}

function spoil(record: object, { kind, place, value }: Change): object {
  const id = EK_1[place]?.id ?? '';
  Reflect.deleteProperty(record, id);
  if (kind === 'set') define(record, id, { value, enumerable: true });
  if (kind === 'getter') define(record, id, { get: () => value, enumerable: true });
  if (kind === 'hide') define(record, id, { value, enumerable: false });
  if (kind === 'rename') define(record, value, { value, enumerable: true });
  return kind === 'inherit' ? (Object.setPrototypeOf(record, { [id]: value }) as object) : record;
}

function define(record: object, id: string, property: PropertyDescriptor): void {
  Object.defineProperty(record, id, { configurable: true, ...property });
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
