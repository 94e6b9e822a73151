import { describe, expect, test } from '@jest/globals';
import { type SealedPart } from '../../../src/audit/audit-log.ts';
import { commitPersonal } from '../../../src/audit/commitment.ts';
import { openPersonal, PersonalPartError } from '../../../src/audit/open-personal.ts';
import { type PersonalPart, sealBatch, type SealedRecord } from '../../../src/audit/seal-personal.ts';
import { fixedKeys } from '../../support/fake-key-vault.ts';

const KEYS = fixedKeys('access-record-2026-11');

function personalPart(change: Partial<PersonalPart> = {}): PersonalPart {
  return {
    queryId: '0193e7b2-1111-7222-8333-000000000001',
    content: { caseReference: '2026/118', subject: { type: 'tckn', value: '10000000146' } },
    opening: Buffer.alloc(32, 3),
    subject: { type: 'tckn', value: '10000000146' },
    officialId: 'official-1',
    caseReference: '2026/118',
    purgeAfter: '2028-11-22',
    ...change,
  };
}

function sealOne(change: Partial<PersonalPart> = {}): SealedRecord {
  return present(sealBatch(KEYS, [personalPart(change)])[0]);
}

function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('nothing there');
  return value;
}

function open(record: SealedRecord, change: Partial<SealedPart> = {}): unknown {
  return openPersonal(KEYS, personalPart().queryId, record.commitment, { ...record.sealed, ...change });
}

function flipped(bytes: Buffer, place: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(place) ^ 1, place);
  return copy;
}

describe('a sealed personal part', () => {
  test('opens to its content, its opening and the bytes that the leaf commits to', () => {
    const record = sealOne();
    const opened = openPersonal(KEYS, personalPart().queryId, record.commitment, record.sealed);
    expect(opened.content).toEqual(personalPart().content);
    expect(opened.opening).toEqual(Buffer.alloc(32, 3));
    expect(commitPersonal(opened.salt, opened.bytes)).toEqual(record.commitment);
  });

  test('without an answer has no opening', () => {
    expect(open(sealOne({ opening: null }))).toMatchObject({ opening: null });
  });

  test('holds no readable personal data [R002-080]', () => {
    const { sealed } = sealOne();
    const stored = Buffer.concat([sealed.box, present(sealed.subjectTag), present(sealed.officialTag)]);
    expect(stored.includes('10000000146')).toBe(false);
    expect(stored.includes('2026/118')).toBe(false);
  });

  test('is found by the keyed tags of its subject and its official', () => {
    const { sealed } = sealOne();
    expect(sealed.subjectTag).toEqual(KEYS.tag('tckn', '10000000146'));
    expect(sealed.officialTag).toEqual(KEYS.tag('official', 'official-1'));
    expect(sealed.subjectTag).not.toEqual(
      fixedKeys(KEYS.kid, KEYS.dataKey, Buffer.alloc(32, 9)).tag('tckn', '10000000146'),
    );
  });

  test('of an act carries no tags', () => {
    expect(sealOne({ subject: null, officialId: null }).sealed).toMatchObject({
      subjectTag: null,
      officialTag: null,
    });
  });

  test('keeps the day after which it may be destroyed', () => {
    expect(sealOne().sealed).toMatchObject({ kid: KEYS.kid, purgeAfter: '2028-11-22' });
  });

  test('never repeats salt, nonce or box for equal content', () => {
    const [first, second] = sealBatch(KEYS, [personalPart(), personalPart()]).map((record) => [
      record.commitment.toString('hex'),
      record.sealed.nonce.toString('hex'),
      record.sealed.box.toString('hex'),
    ]);
    expect(new Set([...present(first), ...present(second)]).size).toBe(6);
  });

  test('is refused when its content has no JSON form or its opening is cut', () => {
    expect(() => sealOne({ content: undefined })).toThrow(TypeError);
    expect(() => sealOne({ opening: Buffer.alloc(31) })).toThrow(RangeError);
  });
});

test('a batch larger than one key derivation seals and opens every record', () => {
  const parts = Array.from({ length: 600 }, (_, place) =>
    personalPart({ queryId: `query-${String(place)}`, content: { place } }),
  );
  const records = sealBatch(KEYS, parts);
  const opened = records.map((record, place) =>
    openPersonal(KEYS, `query-${String(place)}`, record.commitment, record.sealed),
  );
  expect(opened.map((part) => part.content)).toEqual(parts.map((part) => part.content));
  expect(new Set(records.map((record) => record.sealed.salt.toString('hex'))).size).toBe(3);
  expect(Math.max(...records.map((record) => record.sealed.slot))).toBe(254);
});

describe('a personal part does not open', () => {
  const record = sealOne();
  const { box } = record.sealed;

  test.each<[string, Partial<SealedPart>]>([
    ['with a changed first byte', { box: flipped(box, 0) }],
    ['with a changed flag', { box: flipped(box, 32) }],
    ['with a changed tag', { box: flipped(box, box.length - 1) }],
    ['cut short', { box: box.subarray(0, box.length - 1) }],
    ['emptied', { box: Buffer.alloc(0) }],
    ['with another nonce', { nonce: flipped(record.sealed.nonce, 0) }],
    ['with another batch salt', { salt: flipped(record.sealed.salt, 0) }],
    ['in another slot', { slot: 1 }],
    ['in an impossible slot', { slot: 255 }],
    ['under another kid', { kid: 'access-record-2026-12' }],
  ])('%s', (_, change) => {
    expect(() => open(record, change)).toThrow(PersonalPartError);
  });

  test('under the record of another query', () => {
    expect(() => openPersonal(KEYS, 'another', record.commitment, record.sealed)).toThrow(PersonalPartError);
  });

  test('under the commitment of another leaf', () => {
    const { queryId } = personalPart();
    expect(() => openPersonal(KEYS, queryId, sealOne().commitment, record.sealed)).toThrow(PersonalPartError);
  });

  test('with another key', () => {
    const others = { ...KEYS, dataKey: Buffer.alloc(32, 9) };
    const { queryId } = personalPart();
    expect(() => openPersonal(others, queryId, record.commitment, record.sealed)).toThrow(PersonalPartError);
  });

  test('and the error says so in both languages without any content', () => {
    const attempt = (): unknown => open(record, { kid: 'other' });
    expect(attempt).toThrow(
      expect.objectContaining({ messages: { tr: expect.any(String), en: expect.any(String) } }),
    );
    expect(attempt).not.toThrow(/10000000146/);
  });
});
