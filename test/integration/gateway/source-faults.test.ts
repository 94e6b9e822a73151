import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { createRegisterFile } from '../../../src/sources/sql/register-file.ts';
import { codeOf } from '../../support/gateway-client.ts';
import { AGREEMENT, KNOWN, OPERATION } from '../../support/gateway-realm.ts';
import { registerRow } from '../../support/register-row.ts';
import { sourceLimits } from '../../support/source-limits.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';

/** Stands in whatever the source must not have sent. */
const MARK = 'Gizli-Kalmalı-4711';

type Spoil = (record: Record<string, unknown>) => unknown;

const INVALID: readonly (readonly [what: string, records: Spoil])[] = [
  ['a missing field', (record) => [{ ...without(record, 'unvan'), not: MARK }]],
  ['a renamed field', (record) => [{ ...without(record, 'adSoyad'), ad_soyad: MARK }]],
  ['a text for a date', (record) => [{ ...record, izinBaslangicTarihi: MARK }]],
  ['a day that does not exist', (record) => [{ ...record, izinBaslangicTarihi: '2026-02-30', not: MARK }]],
  ['a number as text', (record) => [{ ...record, bildirilenIsciSayisi: '37', not: MARK }]],
  ['a number below its bound', (record) => [{ ...record, bildirilenIsciSayisi: -1, not: MARK }]],
  ['a state that is not on the list', (record) => [{ ...record, durum: MARK }]],
  ['null where a value is due', (record) => [{ ...record, telefon: null, not: MARK }]],
  ['an object in place of a text', (record) => [{ ...record, unvan: { tr: MARK } }]],
  ['too long a text', (record) => [{ ...record, adSoyad: MARK.repeat(20) }]],
  ['two persons', (record) => [record, { ...record, adSoyad: MARK }]],
  ['no record at all but a text', () => [MARK]],
  ['no list', () => ({ adSoyad: MARK })],
];

function without(record: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([member]) => member !== name));
}

/** Neither wire nor log nor any leaf shows what the source sent. */
function expectNothingLeaked(gateway: TestGateway): void {
  const wire = gateway.seen.map(({ answer }) => answer.text).join('\n');
  const leaves = [...gateway.administration.log.leaves()]
    .map(({ bytes }) => bytes.toString('utf8'))
    .join('\n');
  const log = inspect(gateway.logger.lines, { depth: null, showHidden: true });
  for (const place of [wire, leaves, log]) expect(place).not.toContain(MARK);
}

describe('an answer of the source that does not fit the agreement', () => {
  test.each(INVALID)(
    'because of %s, does not leave, costs no quota and is recorded [R002-066]',
    async (_what, spoil) => {
      await using gateway = await startGateway();
      gateway.source.answerBy(() => ({ records: spoil({ ...KNOWN.record }) as unknown[] }));
      const answer = await gateway.official().query();
      expect([answer.status, codeOf(answer)]).toEqual([502, 'SOURCE_ANSWER_INVALID']);
      expect(gateway.recordOf(answer)).toMatchObject({
        type: 'failure',
        code: 'SOURCE_ANSWER_INVALID',
        outcome: null,
        surplus: null,
        answer: null,
      });
      expect(await gateway.administration.countersOn('2026-03-02')).toEqual([]);
      expect(gateway.logger.named('exchange.source-fault')).toHaveLength(1);
      expectNothingLeaked(gateway);
    },
  );
});

describe('what a source sends beyond the agreement', () => {
  test('is dropped and counted: of twenty fields six leave [R002-066] [R002-004]', async () => {
    await using gateway = await startGateway();
    const more = Object.fromEntries(Array.from({ length: 13 }, (_, place) => [`alan${String(place)}`, MARK]));
    const text = JSON.stringify({ ...KNOWN.record, ...more });
    gateway.source.answerWithJson(`${text.slice(0, -1)},"__proto__":{"adSoyad":"${MARK}"}}`);
    const answer = await gateway.official().query();
    expect(answer.json()['data']).toEqual(KNOWN.record);
    expect(gateway.recordOf(answer)).toMatchObject({ type: 'disclosure', surplus: 14 });
    expectNothingLeaked(gateway);
  });

  test('is not taken for an agreed field because it is inherited', async () => {
    await using gateway = await startGateway();
    const rest = JSON.stringify(without(KNOWN.record, 'durum'));
    gateway.source.answerWithJson(`${rest.slice(0, -1)},"__proto__":{"durum":"gecerli"}}`);
    expect(codeOf(await gateway.official().query())).toBe('SOURCE_ANSWER_INVALID');
  });

  test('does not matter in any amount', async () => {
    await using gateway = await startGateway();
    gateway.source.answerWith({ ...KNOWN.record, not: MARK.repeat(500_000) });
    const answer = await gateway.official().query();
    expect(answer.json()['data']).toEqual(KNOWN.record);
    expect(answer.text.length).toBeLessThan(5_000);
    expectNothingLeaked(gateway);
  });
});

describe('a source that cannot be asked', () => {
  test('gives SOURCE_UNAVAILABLE, recorded, without quota, and its reason stays inside', async () => {
    await using gateway = await startGateway();
    gateway.source.failWith();
    const answer = await gateway.official().query();
    expect([answer.status, codeOf(answer), answer.headers['retry-after']]).toEqual([
      503,
      'SOURCE_UNAVAILABLE',
      '5',
    ]);
    expect(gateway.recordOf(answer)).toMatchObject({ type: 'failure', code: 'SOURCE_UNAVAILABLE' });
    expect(await gateway.administration.countersOn('2026-03-02')).toEqual([]);
  });

  test('and throws what nobody foresaw gives INTERNAL_ERROR with a record to quote', async () => {
    await using gateway = await startGateway();
    gateway.source.failWith(new TypeError(`cannot read ${MARK}`));
    const answer = await gateway.official().query();
    expect([answer.status, codeOf(answer)]).toEqual([500, 'INTERNAL_ERROR']);
    expect(answer.text).not.toContain(MARK);
    expect(gateway.recordOf(answer)).toMatchObject({ type: 'failure', code: 'INTERNAL_ERROR' });
    expect(gateway.logger.named('exchange.internal-error')).toHaveLength(1);
  });

  test('within its time limit is given up, while others are answered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gecit-register-'));
    const file = join(folder, 'register.db');
    createRegisterFile(file, [registerRow({ tckn: KNOWN.tckn }), registerRow({ tckn: '17160614084' })]);
    const query = `WITH RECURSIVE sayi(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM sayi)
      SELECT ad_soyad AS "adSoyad", unvan, izin_baslangic AS "izinBaslangicTarihi", telefon,
        isci_sayisi AS "bildirilenIsciSayisi", durum FROM tarim_araci
      WHERE tckn = :tckn AND (:tckn <> '${KNOWN.tckn}' OR (SELECT count(*) FROM sayi) > 0)`;
    try {
      await using gateway = await startGateway({
        sources: [
          {
            id: 'slow',
            kind: 'sql',
            limits: sourceLimits(),
            system: 'iskur-bilgi-sistemi',
            url: `sqlite:${file}`,
            timeoutMilliseconds: 2_000,
            operations: [{ agreement: AGREEMENT, operation: OPERATION, query }],
          },
        ],
      });
      const answer = await gateway.official().query();
      expect(codeOf(answer)).toBe('SOURCE_UNAVAILABLE');
      expect(gateway.recordOf(answer)).toMatchObject({ type: 'failure', code: 'SOURCE_UNAVAILABLE' });
      expect(codeOf(await gateway.official().query({ tckn: '17160614084' }))).toBe('answered');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
