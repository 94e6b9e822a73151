import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../../support/gateway-client.ts';
import { startGateway } from '../../support/start-gateway.ts';

const FIELDS = ['adSoyad', 'bildirilenIsciSayisi', 'durum', 'izinBaslangicTarihi', 'telefon', 'unvan'];

/** What the demo file says of each subject, and what their answer shows. */
const SUBJECTS = {
  'licensed, workers reported': { outcome: 'found', durum: 'gecerli', counted: true },
  'licensed, worker count not reported (null, never 0)': {
    outcome: 'found',
    durum: 'gecerli',
    counted: false,
  },
  'licence suspended': { outcome: 'found', durum: 'askida', counted: true },
  'licence expired': { outcome: 'found', durum: 'suresi-doldu', counted: true },
  'licence cancelled': { outcome: 'found', durum: 'iptal', counted: false },
  'unknown number with a valid checksum': { outcome: 'not-found', durum: undefined, counted: false },
};

/** What the demo file says of each official, and how their queries end. */
const OFFICIALS = {
  'may query': ['answered'],
  'may query from 127.0.0.2 only; ADDRESS_NOT_ALLOWED from any other address': ['ADDRESS_NOT_ALLOWED'],
  'has a daily quota of 3; then QUOTA_EXCEEDED': ['answered', 'answered', 'answered', 'QUOTA_EXCEEDED'],
  'authority has ended; OFFICIAL_NOT_AUTHORISED': ['OFFICIAL_NOT_AUTHORISED'],
  'without training evidence; TRAINING_REQUIRED': ['TRAINING_REQUIRED'],
  'without undertaking; UNDERTAKING_REQUIRED': ['UNDERTAKING_REQUIRED'],
  'may query, with a daily quota of 100': ['answered'],
  'of an agency that is not a party; AGREEMENT_NOT_FOUND': ['AGREEMENT_NOT_FOUND'],
};

describe('the realm of the first start', () => {
  test('gives the six fields of Ek-1 and nothing else for everybody it knows [R002-066] [R002-046]', async () => {
    await using gateway = await startGateway({ realm: 'demo' });
    const { subjects } = gateway.access;
    expect(subjects.map(({ about }) => about)).toEqual(Object.keys(SUBJECTS));
    for (const { tckn, about } of subjects) {
      const expected = SUBJECTS[about as keyof typeof SUBJECTS];
      const answer = await gateway.official().query({ tckn });
      const { outcome, data } = answer.json() as { outcome: string; data: Record<string, unknown> | null };
      expect([about, answer.status, outcome]).toEqual([about, 200, expected.outcome]);
      if (data === null) continue;
      expect(Object.keys(data).sort()).toEqual(FIELDS);
      expect(data['durum']).toBe(expected.durum);
      if (!expected.counted) expect(data['bildirilenIsciSayisi']).toBeNull();
      else expect(data['bildirilenIsciSayisi']).toBeGreaterThan(0);
    }
    const records = gateway.records();
    expect(records.map(({ outcome }) => outcome)).toEqual(
      Object.values(SUBJECTS).map(({ outcome }) => outcome),
    );
    expect(new Set(records.map(({ surplus }) => surplus))).toEqual(new Set([0]));
  });

  test('has an official for every refusal that the paper makes necessary', async () => {
    await using gateway = await startGateway({ realm: 'demo' });
    expect(gateway.access.officials.map(({ about }) => about)).toEqual(Object.keys(OFFICIALS));
    for (const [about, codes] of Object.entries(OFFICIALS)) {
      const got = [];
      for (const code of codes) {
        const answer = await gateway.official(about).query();
        got.push(codeOf(answer));
        expect(gateway.recordOf(answer)?.code).toBe(answer.status === 200 ? null : code);
      }
      expect([about, got]).toEqual([about, codes]);
    }
  });
});
