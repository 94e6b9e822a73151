import { describe, expect, test } from '@jest/globals';
import { sealBatch } from '../../../src/audit/seal-personal.ts';
import { decodeLeaf, encodeLeaf, type Leaf } from '../../../src/audit/leaf.ts';
import { appendToFrontier, leafHash, rootOf } from '../../../src/audit/merkle.ts';
import { CommandLine, type Spoken } from '../../support/command-line.ts';
import { FakeDatabase } from '../../support/fake-evidence-store.ts';
import { NOON } from '../../support/people-builder.ts';

const SUBJECT = '10000000146';

/** A disclosure about the subject, asked for by official-1, as the commit would have written it. */
function addDisclosure(
  cli: CommandLine,
  queryId: string,
  time = NOON,
  database: FakeDatabase = cli.database,
): void {
  const { head } = database.content;
  const keys = cli.administration.vault.keysFor('access-p10y-2026-03');
  const content = { subject: SUBJECT, caseReference: '2026/118' };
  const subject = { type: 'tckn', value: SUBJECT };
  const part = {
    queryId,
    content,
    opening: null,
    subject,
    officialId: 'official-1',
    caseReference: '2026/118',
    purgeAfter: '2036-03-02',
  };
  const [record] = sealBatch(keys, [part]);
  if (record === undefined) throw new Error('nothing was sealed');
  const bytes = encodeLeaf({
    ...EMPTY,
    queryId,
    time: new Date(time).toISOString(),
    kid: keys.kid,
    personal: record.commitment.toString('base64'),
  });
  const hash = leafHash(bytes);
  const frontier = [...head.frontier];
  appendToFrontier(frontier, head.size, hash);
  database.content = {
    ...database.content,
    leaves: [...database.content.leaves, { index: head.size, queryId, bytes, hash, sealed: record.sealed }],
    head: { ...head, size: head.size + 1, root: rootOf(frontier), frontier, lastTime: time },
  };
}

const EMPTY: Leaf = {
  type: 'disclosure', time: '', queryId: '', agency: 'alpha', certificate: null, tls: 'TLSv1.3', proof: 'shared-secret',
  agreement: 'alpha-beta-2024', agreementVersion: 1, agreementHash: 'sha256:00', operation: 'permit-lookup',
  provider: 'beta', legalBasis: ['circular-2017-6'], purpose: 'permit-check', mode: 'instant', code: null,
  outcome: 'found', surplus: 0, count: 1, action: null, about: null, kid: null, personal: null, answer: null,
}; // prettier-ignore

const YEAR = 365 * 86_400_000;

/** A log that is closed, of a year before those there are. */
function addYear(cli: CommandLine, year: number): FakeDatabase {
  const database = new FakeDatabase();
  const head = { ...database.content.head, origin: `test-gateway/node-1/${String(year)}` };
  database.content = { ...database.content, head };
  cli.administration.closedLogs.push(database);
  return database;
}

const idOf = (place: number): string => `01980f3e-0000-7000-8000-${String(place).padStart(12, '0')}`;
const cursors = ({ out }: Spoken): string[] =>
  (JSON.parse(out) as { cursor: string }[]).map(({ cursor }) => cursor);

const QUERY = '01980f3e-7a3c-7c1e-9d0a-2f6a1b2c3d4e';
const lastAction = (cli: CommandLine): unknown => cli.database.leaves.at(-1)?.action;
const indexes = ({ out }: Spoken): number[] =>
  (JSON.parse(out) as { index: number }[]).map(({ index }) => index);

describe('gecit audit verify', () => {
  test('does not call a missing log tampered', async () => {
    using cli = new CommandLine();
    cli.initialised = false;
    expect((await cli.say('audit', 'verify')).code).toBe(2);
  });

  test('opens personal parts of the database only', async () => {
    using cli = new CommandLine();
    const said = await cli.say('audit', 'verify', '--open', '--evidence', cli.folder);
    expect(said).toMatchObject({ code: 2, out: '' });
    expect(said.err).toContain('holds no personal parts');
  });

  test.each(['--checkpoint', '--key', '--policy', '--roots', '--evidence'])(
    'says in one sentence that what %s names is not there',
    async (option) => {
      using cli = new CommandLine();
      const said = await cli.say('audit', 'verify', option, cli.path('nothing-here'));
      expect(said).toMatchObject({ code: 2, out: '' });
      expect(said.err.split('\n')).toHaveLength(1);
    },
  );
});

describe('gecit audit show', () => {
  test('opens a record after the reading itself is recorded', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    const said = await cli.say('audit', 'show', QUERY);
    expect(said.code).toBe(0);
    expect(said.out).toContain('data was given');
    expect(said.out).toContain('2026/118');
    expect(cli.database.leaves.at(-1)).toMatchObject({ type: 'reading', action: 'audit.show' });
  });

  test('shows nothing when the reading could not be recorded', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    cli.administration.store.failOn('appendLeaves');
    expect(await cli.say('audit', 'show', QUERY)).toMatchObject({ code: 1, out: '' });
  });

  test('shows nothing to whoever is no operator', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    cli.database.change({ kind: 'end-operator', operatorId: 'operator-1', at: NOON });
    expect(await cli.say('audit', 'show', QUERY)).toMatchObject({ code: 1, out: '' });
    expect(cli.database.leaves).toHaveLength(1);
  });

  test('says when the personal part has been destroyed', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    cli.administration.vault.find = () => undefined;
    cli.clock.set(Date.parse('2036-04-01'));
    const said = await cli.say('audit', 'show', QUERY, '--json');
    expect(said.code).toBe(0);
    expect(JSON.parse(said.out)).toMatchObject({ index: 0, personal: { gone: 'destroyed' } });
  });

  test('says that the personal part, or its key, is missing before its retention ended, and exits with 3', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    const { vault, log } = cli.administration;
    const find = vault.find.bind(vault);
    vault.find = () => undefined;
    const withoutKey = await cli.say('audit', 'show', QUERY);
    expect(withoutKey).toMatchObject({ code: 3 });
    expect(withoutKey.out).toContain('its key is MISSING');
    vault.find = find;
    log.sealedPart = () => undefined;
    const withoutPart = await cli.say('audit', 'show', QUERY);
    expect(withoutPart).toMatchObject({ code: 3 });
    expect(withoutPart.out).toContain('The personal part is MISSING');
  });

  test('finds a record in the log of an earlier year', async () => {
    using cli = new CommandLine();
    const earlier = addYear(cli, 2025);
    addDisclosure(cli, QUERY, NOON - YEAR, earlier);
    const said = await cli.say('audit', 'show', QUERY, '--json');
    expect(said.code).toBe(0);
    expect(JSON.parse(said.out)).toMatchObject({
      origin: 'test-gateway/node-1/2025',
      index: 0,
      personal: { content: { caseReference: '2026/118' } },
    });
    expect(cli.database.leaves.at(-1)).toMatchObject({ type: 'reading', action: 'audit.show' });
  });

  test('says no for a record that does not exist', async () => {
    using cli = new CommandLine();
    expect(await cli.say('audit', 'show', QUERY)).toMatchObject({ code: 1, out: '' });
  });
});

describe('gecit audit search', () => {
  test('finds by catalogue values and time, newest first, and is itself recorded', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, '01980f3e-0000-7000-8000-000000000000', NOON - 86_400_000);
    addDisclosure(cli, '01980f3e-0000-7000-8000-000000000001', NOON);
    expect(indexes(await cli.say('audit', 'search', '--agency', 'alpha', '--json'))).toEqual([1, 0]);
    expect(lastAction(cli)).toBe('audit.search');
    expect(
      indexes(await cli.say('audit', 'search', '--from', '2026-03-02', '--type', 'disclosure', '--json')),
    ).toEqual([1]);
    expect(indexes(await cli.say('audit', 'search', '--to', '2026-03-02', '--json'))).toEqual([0]);
    expect(indexes(await cli.say('audit', 'search', '--agency', 'alpha', '--limit', '1', '--json'))).toEqual([
      1,
    ]);
    expect(indexes(await cli.say('audit', 'search', '--outcome', 'not-found', '--json'))).toEqual([]);
  });

  test('finds persons by their tags; the number is read, never an argument, and never printed', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    cli.input = SUBJECT;
    const said = await cli.say('audit', 'search', '--subject', '--json');
    expect(indexes(said)).toEqual([0]);
    expect(said.out).not.toContain(SUBJECT);
    expect(indexes(await cli.say('audit', 'search', '--official', 'official-1', '--json'))).toEqual([0]);
    expect(indexes(await cli.say('audit', 'search', '--official', 'nobody', '--json'))).toEqual([]);
    cli.input = '17160614084';
    expect(indexes(await cli.say('audit', 'search', '--subject', '--json'))).toEqual([]);
    expect((await cli.say('audit', 'search', SUBJECT)).code).toBe(2);
  });

  test('finds the records of a case', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    expect(indexes(await cli.say('audit', 'search', '--case', '2026/118', '--json'))).toEqual([0]);
    expect(indexes(await cli.say('audit', 'search', '--case', '2026/119', '--json'))).toEqual([]);
  });

  test('searches every log of the node, newest first, or one of them', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, idOf(2), NOON);
    addDisclosure(cli, idOf(0), NOON - YEAR, addYear(cli, 2025));
    const disclosures = ['audit', 'search', '--type', 'disclosure', '--json'];
    expect(cursors(await cli.say(...disclosures))).toEqual([
      'test-gateway/node-1/2026#0',
      'test-gateway/node-1/2025#0',
    ]);
    expect(cursors(await cli.say(...disclosures, '--log', 'test-gateway/node-1/2025'))).toEqual([
      'test-gateway/node-1/2025#0',
    ]);
  });

  test('goes on after a page where it ended, over the end of a log, and says how', async () => {
    using cli = new CommandLine();
    const earlier = addYear(cli, 2025);
    for (const place of [0, 1]) addDisclosure(cli, idOf(place), NOON - YEAR, earlier);
    for (const place of [2, 3, 4]) addDisclosure(cli, idOf(place), NOON);
    const page = ['audit', 'search', '--type', 'disclosure', '--limit', '2'];
    const first = await cli.say(...page);
    expect(first.err).toContain('--after test-gateway/node-1/2026#1');
    const second = await cli.say(...page, '--json', '--after', 'test-gateway/node-1/2026#1');
    expect(cursors(second)).toEqual(['test-gateway/node-1/2026#0', 'test-gateway/node-1/2025#1']);
    expect(second.err).toBe('');
    const last = await cli.say(...page, '--after', 'test-gateway/node-1/2025#1');
    expect(last.out).toContain(idOf(0));
    expect(last.err).not.toContain('--after');
  });

  test('says what it read without an index, and shows what can be read beside what cannot', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, idOf(0));
    addDisclosure(cli, idOf(1));
    const leaves = cli.database.content.leaves.map((leaf) =>
      leaf.index === 0 ? { ...leaf, bytes: Buffer.from('nothing') } : leaf,
    );
    cli.database.content = { ...cli.database.content, leaves };
    const said = await cli.say('audit', 'search');
    expect(said.code).toBe(3);
    expect(said.out).toContain(idOf(1));
    expect(said.err).toContain('The newest 3 records are not in the index yet');
    expect(said.err).toContain('1 records could not be read');
  });

  test('records the whole of what was asked, sealed, before it looks', async () => {
    using cli = new CommandLine();
    addDisclosure(cli, QUERY);
    cli.input = SUBJECT;
    const asked = [
      '--subject',
      '--case',
      '2026/118',
      '--agency',
      'alpha',
      '--after',
      'test-gateway/node-1/2026#9',
    ];
    expect((await cli.say('audit', 'search', ...asked)).code).toBe(0);
    const { queryId } = cli.database.leaves.at(-1) ?? {};
    const said = await cli.say('audit', 'show', String(queryId), '--json');
    const { personal } = JSON.parse(said.out) as { personal: { content: { statement: object } } };
    expect(personal.content.statement).toMatchObject({
      action: 'audit.search',
      details: {
        subject: SUBJECT,
        case: '2026/118',
        agency: 'alpha',
        after: 'test-gateway/node-1/2026#9',
        code: null,
      },
    });
    cli.administration.store.failOn('appendLeaves');
    expect(await cli.say('audit', 'search', ...asked)).toMatchObject({ code: 1, out: '' });
  });

  test('keeps what was searched for out of the leaf', async () => {
    using cli = new CommandLine();
    cli.input = SUBJECT;
    await cli.say('audit', 'search', '--subject');
    expect(JSON.stringify(cli.database.leaves)).not.toContain(SUBJECT);
    expect(cli.database.content.leaves.map(({ bytes }) => decodeLeaf(bytes).type)).toEqual(['reading']);
  });

  test.each([
    [['--code', 'NO_SUCH_CODE']],
    [['--type', 'gossip']],
    [['--limit', '0']],
    [['--from', 'yesterday']],
    [['--subject']],
    [['--case', SUBJECT]],
    [['--after', 'nowhere']],
    [['--after', 'test-gateway/node-1/2001#4']],
    [['--log', 'test-gateway/node-1/2001']],
  ])('refuses %j as usage', async (args) => {
    using cli = new CommandLine();
    cli.input = 'not a number';
    expect((await cli.say('audit', 'search', ...args)).code).toBe(2);
    expect(cli.database.leaves).toHaveLength(0);
  });
});
