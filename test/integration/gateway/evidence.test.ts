import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { leafHash } from '../../../src/audit/merkle.ts';
import { type TagByKid } from '../../../src/audit/search-index.ts';
import { searchLogs } from '../../../src/audit/search-logs.ts';
import { canonicalJson } from '../../../src/shared/canonical-json.ts';
import { redact } from '../../../src/shared/redact.ts';
import { fixedKeys } from '../../support/fake-key-vault.ts';
import { codeOf } from '../../support/gateway-client.ts';
import { AGREEMENT, KNOWN, OPERATION, PURPOSE, UNKNOWN_TCKN } from '../../support/gateway-realm.ts';
import { type ClientAnswer } from '../../support/partner-client.ts';
import { startGateway, type TestGateway } from '../../support/start-gateway.ts';
import { queryIdOf } from '../../support/prove-recorded.ts';

const CASE = 'Dosya 2026/4711';

interface Receipt {
  readonly origin: string;
  readonly index: number;
  readonly leaf: string;
  readonly opening: string;
}

function receiptOf(answer: ClientAnswer): Receipt {
  return answer.json()['receipt'] as Receipt;
}

/** MTH of RFC 6962 §2.1 as its text reads, apart from the product's own arithmetic. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return createHash('sha256').update(Buffer.of(0)).update(first).digest();
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return createHash('sha256')
    .update(Buffer.of(1))
    .update(treeHash(leaves.slice(0, split)))
    .update(treeHash(leaves.slice(split)))
    .digest();
}

/** Every kind of exchange that leaves a trace, by people who must not be recognisable in it. */
async function everything(gateway: TestGateway): Promise<void> {
  const official = gateway.official();
  await official.query({ caseReference: CASE });
  await official.query({ caseReference: CASE, tckn: UNKNOWN_TCKN });
  await official.query({ caseReference: CASE, headers: { 'idempotency-key': 'key-1' } });
  await official.query({ caseReference: CASE, headers: { 'idempotency-key': 'key-1' } });
  await official.query({ caseReference: `Dosya ${KNOWN.tckn}` });
  await official.query({ purpose: KNOWN.tckn });
  await official.query({ agreement: KNOWN.tckn, operation: KNOWN.tckn });
  await official.query({ body: `{"input":{"${KNOWN.tckn}":"${KNOWN.tckn}"` });
  await official.query({ token: KNOWN.tckn });
  await official.query({ headers: { traceparent: KNOWN.tckn, 'idempotency-key': `${KNOWN.tckn} "` } });
  await gateway.agency('cgm').send({ path: `/v1/persons/${KNOWN.tckn}?token=${await official.token()}` });
  await gateway.agency('cgm').askToken(official.listed.clientId, `${official.listed.clientSecret}x`);
  await gateway.official('may query from 127.0.0.2').query({ caseReference: CASE });
  gateway.source.answerWith({ ...KNOWN.record, durum: KNOWN.record.adSoyad });
  await official.query({ caseReference: CASE });
  gateway.source.failWith(new Error(`no answer for ${KNOWN.tckn}: ${KNOWN.record.adSoyad}`));
  await official.query({ caseReference: CASE });
}

/** Texts that would name a person or open a door. */
async function secretsOf(gateway: TestGateway): Promise<string[]> {
  const { listed } = gateway.official();
  return [
    KNOWN.tckn,
    UNKNOWN_TCKN,
    ...valuesOf(KNOWN.record),
    listed.clientSecret,
    await gateway.official().token(),
  ];
}

function valuesOf(record: typeof KNOWN.record): string[] {
  const { adSoyad, unvan, telefon } = record;
  return [adSoyad, unvan, telefon];
}

describe('the receipt of an answer', () => {
  test('names the leaf at its index, whose bytes hash into the tree [R002-081]', async () => {
    await using gateway = await startGateway();
    const { log } = gateway.administration;
    for (let round = 0; round < 5; round++) await gateway.official().query();
    const answer = await gateway.official().query();
    const { origin, index, leaf } = receiptOf(answer);
    const leaves = [...log.leaves()];
    const head = log.head();
    expect(origin).toBe(head.origin);
    expect(leaves[index]?.bytes.toString('base64')).toBe(leaf);
    expect(leaves[index]?.hash).toEqual(leafHash(Buffer.from(leaf, 'base64')));
    expect(head.size).toBe(leaves.length);
    expect(head.root).toEqual(treeHash(leaves.map(({ bytes }) => bytes)));
  });

  test.each([
    ['found', KNOWN.tckn],
    ['not found', UNKNOWN_TCKN],
  ])('opens the commitment to what the partner got: %s', async (_what, tckn) => {
    await using gateway = await startGateway();
    const answer = await gateway.official().query({ tckn });
    const { data, outcome, queryId } = answer.json();
    const { leaf, opening } = receiptOf(answer);
    const bytes = Buffer.from(canonicalJson({ data, outcome, queryId }), 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    const commitment = createHash('sha256')
      .update('gecit/answer/v1\0', 'latin1')
      .update(Buffer.from(opening, 'base64'))
      .update(length)
      .update(bytes)
      .digest('base64');
    const text = Buffer.from(leaf, 'base64').toString('utf8');
    expect(text.startsWith('gecit-audit/v1\n')).toBe(true);
    expect(JSON.parse(text.slice('gecit-audit/v1\n'.length))).toMatchObject({ answer: commitment, queryId });
  });
});

describe('the record of a query', () => {
  test('says in catalogue values who answered what to whom, on which basis, by which rule [R002-018] [R002-022]', async () => {
    await using gateway = await startGateway();
    const answer = await gateway.official().query();
    expect(answer.headers['gecit-purpose']).toBe(PURPOSE);
    expect(answer.json()).toMatchObject({ purpose: PURPOSE, onwardSharing: false });
    expect(gateway.recordOf(answer)).toEqual({
      type: 'disclosure',
      time: '2026-03-02T09:00:00.000Z',
      queryId: queryIdOf(answer),
      agency: 'cgm',
      certificate: gateway.access.agencies.cgm.fingerprint,
      tls: expect.stringMatching(/^TLSv1\.3 TLS_/),
      proof: 'shared-secret',
      agreement: AGREEMENT,
      agreementVersion: 1,
      agreementHash: gateway.agreement.hash,
      operation: OPERATION,
      provider: 'iskur',
      legalBasis: ['genelge-2017-6'],
      purpose: PURPOSE,
      mode: 'instant',
      code: null,
      outcome: 'found',
      surplus: 0,
      count: 1,
      action: null,
      about: null,
      kid: 'access-p10y-2026-03',
      personal: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      answer: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    });
    const refused = await gateway.official('without training').query();
    expect(gateway.recordOf(refused)).toMatchObject({
      code: 'TRAINING_REQUIRED',
      agreement: AGREEMENT,
      tls: expect.stringMatching(/^TLSv1\.3 TLS_/),
    });
  });

  test('holds, sealed, the official, the subject, the case and the address [R002-030]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official();
    const answer = await official.query({ caseReference: CASE });
    const { id, name, unit } = await gateway.registered(official);
    const { content, opening } = gateway.personalOf(answer);
    expect(content).toEqual({
      address: '127.0.0.1',
      official: { id, name, unit },
      input: { tckn: KNOWN.tckn },
      caseReference: CASE,
      asked: null,
    });
    expect(opening?.toString('base64')).toBe(receiptOf(answer).opening);
  });

  test('of a refusal holds the person who asked, too [R002-030] [R002-027]', async () => {
    await using gateway = await startGateway();
    const official = gateway.official('without training');
    const { id, name, unit } = await gateway.registered(official);
    const { content, opening } = gateway.personalOf(await official.query());
    expect(content).toMatchObject({ address: '127.0.0.1', official: { id, name, unit } });
    expect(opening).toBeNull();
  });

  test('is found by the person who asked and by the person asked about, through keyed tags [R002-030]', async () => {
    await using gateway = await startGateway();
    const { log, vault } = gateway.administration;
    const asked = [
      await gateway.official().query(),
      await gateway.official('has a daily quota of 3').query(),
      await gateway.official().query({ tckn: UNKNOWN_TCKN }),
      await gateway.official().query({ purpose: 'istatistik' }),
    ];
    const indexes = asked.map((answer) => log.leafOf(queryIdOf(answer))?.index);
    const { id } = await gateway.registered(gateway.official());
    const found = (tags: TagByKid): number[] => {
      const logs = gateway.administration.searchedLogs({ onIndexed: () => undefined });
      const page = searchLogs(logs, { values: {}, tags: [tags], limit: 10 });
      return page.found.map(({ index }) => index).reverse();
    };
    expect(found(vault.searchTags('official', id))).toEqual([indexes[0], indexes[2], indexes[3]]);
    expect(found(vault.searchTags('tckn', KNOWN.tckn))).toEqual([indexes[0], indexes[1], indexes[3]]);
    const withoutKey = fixedKeys('access-p10y-2026-11').tag('tckn', KNOWN.tckn);
    expect(found(new Map(vault.kids().map((kid) => [kid, withoutKey])))).toEqual([]);
  });

  test('is there for every decision, one each, before its answer arrives [R002-081]', async () => {
    await using gateway = await startGateway();
    const ways = [
      {},
      { tckn: UNKNOWN_TCKN },
      { tckn: '1' },
      { purpose: 'x' },
      { agreement: 'x' },
      { token: null },
    ];
    for (const [place, change] of ways.entries()) {
      const answer = await gateway.official().query(change);
      expect(gateway.recordOf(answer)?.queryId).toBe(queryIdOf(answer));
      expect(gateway.records()).toHaveLength(place + 1);
    }
  });
});

describe('nobody is recognisable', () => {
  test('in any leaf, whatever the caller wrote and wherever [R002-080]', async () => {
    await using gateway = await startGateway();
    await everything(gateway);
    const { listed } = gateway.official();
    const leaves = [...gateway.administration.log.leaves()].map(({ bytes }) => bytes.toString('utf8'));
    expect(leaves.length).toBeGreaterThan(15);
    const hidden = [...(await secretsOf(gateway)), CASE, '4711', '127.0.0.1', listed.name, listed.clientId];
    for (const text of hidden) expect(leaves.filter((leaf) => leaf.includes(text))).toEqual([]);
  });

  test('in the files of the gateway: no number, no field, no secret, no copy of an answer [R002-078] [R002-080]', async () => {
    await using gateway = await startGateway();
    await everything(gateway);
    const { data } = gateway.settings.folders;
    const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const contents = files.map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(['gecit.db', 'gecit.db-wal']));
    // The register holds the official's name, so that looking for it proves that looking works.
    const { name } = gateway.official().listed;
    expect(contents.some((content) => content.includes(name))).toBe(true);
    for (const text of [...(await secretsOf(gateway)), CASE]) {
      expect(contents.filter((content) => content.includes(text))).toEqual([]);
    }
  });

  test('in what is logged [R002-078]', async () => {
    await using gateway = await startGateway();
    await everything(gateway);
    const { lines } = gateway.logger;
    expect(lines.length).toBeGreaterThanOrEqual(3);
    const logged = inspect(
      lines.map(({ event, fields }) => [event, redact(fields)]),
      { depth: null },
    );
    // Only a source's own error holds words of the source, and redaction is what stands before them.
    const handedIn = lines.map(({ event, fields }) => [event, { ...fields, error: null, cause: null }]);
    for (const text of [...(await secretsOf(gateway)), CASE]) {
      expect(logged).not.toContain(text);
      expect(inspect(handedIn, { depth: null })).not.toContain(text);
    }
  });

  test('and no answer may be kept on its way [R002-078]', async () => {
    await using gateway = await startGateway();
    for (const change of [{}, { purpose: 'x' }, { token: null }]) {
      const { headers } = await gateway.official().query(change);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers.etag).toBeUndefined();
    }
  });
});

describe('evidence is evidence for everybody', () => {
  test('an act with a wrong signature, or of somebody who may not act, is refused and changes nothing [R002-082]', async () => {
    await using gateway = await startGateway();
    const { administration } = gateway;
    const size = administration.log.head().size;
    const statement = {
      action: 'audit.search',
      at: '2026-03-02T09:00:00.000Z',
      operator: 'test-operator',
      details: {},
    } as const;
    const forged = administration.perform({ statement, signature: Buffer.alloc(64).toString('base64') }, []);
    await expect(forged).rejects.toMatchObject({ code: 'OFFICIAL_NOT_AUTHORISED' });
    const stranger = { ...statement, operator: 'nobody' };
    const unknown = administration.perform({ statement: stranger, signature: '' }, []);
    await expect(unknown).rejects.toMatchObject({ code: 'OFFICIAL_NOT_AUTHORISED' });
    expect(administration.log.head().size).toBe(size);
  });

  test('whoever reads it is recorded in it [R002-082]', async () => {
    await using gateway = await startGateway();
    const before = gateway.administration.log.head().size;
    await gateway.act('audit.search');
    const last = gateway.administration.log.head();
    expect(last.size).toBe(before + 1);
    const [leaf] = [...gateway.administration.log.leaves(before)];
    expect(leaf?.bytes.toString('utf8')).toContain('"type":"reading"');
    expect(codeOf(await gateway.official().query())).toBe('answered');
  });
});
