import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type EvidenceReader } from '../../../src/audit/audit-log.ts';
import { type NodeReport } from '../../../src/audit/verify/report.ts';
import { type StoredEvidence } from '../../../src/cli/command-ports.ts';
import { findLogs, openLogOf } from '../../../src/store/find-log.ts';
import { CommandLine, type Spoken } from '../../support/command-line.ts';
import { DATABASE, EVIDENCE, type EvidenceNode, newYearNode, NODE } from '../../support/evidence-node.ts';
import { copyOf, type PlaceCopy } from '../../support/place-copy.ts';

let node: EvidenceNode;
let copy: PlaceCopy;

beforeAll(async () => {
  node = await newYearNode();
}, 120_000);
afterAll(async () => node[Symbol.asyncDispose]());
beforeEach(() => {
  copy = copyOf(node);
});
afterEach(() => {
  copy[Symbol.dispose]();
});

function commandLine(): CommandLine {
  const cli = new CommandLine();
  cli.clock.set(Date.parse('2027-01-04T00:00:00Z'));
  cli.evidence = () => evidenceIn(copy.place);
  return cli;
}

function evidenceIn(place: string): StoredEvidence {
  const url = `sqlite:${join(place, DATABASE)}`;
  const readers: EvidenceReader[] = findLogs(url, NODE).map(({ origin }) => openLogOf(url, origin));
  return {
    database: { file: DATABASE, node: NODE, readers, exists: () => false },
    folder: join(place, EVIDENCE),
    roots: node.root.file,
    close: async () => {
      for (const reader of readers) reader.close();
      return Promise.resolve();
    },
  };
}

async function verify(...args: readonly string[]): Promise<Spoken> {
  using cli = commandLine();
  return await cli.say('audit', 'verify', ...args);
}

function reportOf({ out }: Spoken): NodeReport {
  return JSON.parse(out) as NodeReport;
}

const [FIRST, SECOND] = [`${NODE}/2026`, `${NODE}/2027`];

describe('gecit audit verify', () => {
  test('gives one verdict for each log of the node, in database and folder, and needs no operator', async () => {
    const said = await verify('--json');
    expect(said.code).toBe(0);
    const { verdict, logs } = reportOf(said);
    expect(verdict).toBe('sound');
    expect(logs.map(({ origin, kept, verdict: each }) => [origin, kept, each])).toEqual([
      [FIRST, 'database', 'sound'],
      [SECOND, 'database', 'sound'],
      [FIRST, 'folder', 'sound'],
      [SECOND, 'folder', 'sound'],
    ]);
  });

  test('says in words what it proved, and that the key was not pinned', async () => {
    const { out } = await verify();
    expect(out).toMatch(/^SOUND {2}gecit\.test\/node-1\/2026\nrecords: 289 \(\d+\/s\)\nroot: /);
    expect(out).toContain('key-not-pinned');
    expect(out).toContain('checkpoints with enough witnesses: 4');
    expect(out).toContain('time stamps (newest): 2 (2026-12-30T12:00:00.000Z)');
    expect(out).toMatch(/all: SOUND$/);
  });

  test('pins the first key by --key; the rollover vouches for the next', async () => {
    const key = node.keyOf(FIRST);
    const { logs } = reportOf(await verify('--key', key, '--json'));
    expect(logs.slice(0, 2).map((log) => log.key.trust)).toEqual(['pinned', 'vouched']);
  });

  test('names the first bad index and its row, with 1 [R002-082]', async () => {
    copy.tamper((database) => {
      const set = database.prepare('UPDATE audit_leaf SET leaf = ? WHERE log = 2 AND idx = 17');
      set.run(Buffer.from('gecit-audit/v1\n{}'));
    });
    const said = await verify();
    expect(said.code).toBe(1);
    expect(said.out).toContain('TAMPERED');
    expect(said.out).toContain('first bad index: 17');
    expect(said.out).toContain(`first bad file: ${DATABASE}`);
  });

  test('counts missing personal parts, names the first and exits with 3', async () => {
    copy.tamper((database) => database.exec('DELETE FROM audit_personal WHERE log = 1 AND idx IN (40, 41)'));
    const said = await verify();
    expect(said.code).toBe(3);
    expect(said.out).toContain('INCOMPLETE');
    expect(said.out).toContain('first bad index: 40');
    expect(said.out).toContain('missing personal parts: 2');
  });

  test('finds a rolled back database by a checkpoint kept elsewhere, offline', async () => {
    const kept = node.newestNote(SECOND);
    const file = join(copy.place, 'kept.checkpoint');
    writeFileSync(file, kept);
    expect((await verify('--checkpoint', file)).code).toBe(0);
    rmSync(join(copy.place, EVIDENCE), { recursive: true });
    const [earlier = ''] = node.earlier;
    using cli = commandLine();
    cli.evidence = () => ({ ...evidenceIn(earlier), folder: null });
    expect((await cli.say('audit', 'verify')).code).toBe(0);
    const said = await cli.say('audit', 'verify', '--checkpoint', file, '--json');
    expect(said.code).toBe(1);
    expect(reportOf(said).findings).toMatchObject([{ code: 'given-log-missing', file }]);
  });

  test('verifies an evidence folder alone, wherever it was copied', async () => {
    const folder = join(copy.place, EVIDENCE, ...FIRST.split('/'));
    using cli = new CommandLine();
    const said = await cli.say('audit', 'verify', '--evidence', folder, '--roots', node.root.file, '--json');
    expect(said.code).toBe(0);
    expect(reportOf(said).logs).toMatchObject([{ origin: FIRST, kept: 'folder', size: 289 }]);
  });

  test('speaks Turkish', async () => {
    using cli = commandLine();
    cli.language = 'tr';
    const { out } = await cli.say('audit', 'verify');
    expect(out).toMatch(/^SAĞLAM/);
    expect(out).toMatch(/hepsi: SAĞLAM$/);
  });

  test('has no verdict, and exits with 3, where the log cannot be read', async () => {
    using cli = commandLine();
    cli.evidence = () => {
      const stored = evidenceIn(copy.place);
      const readers = stored.database.readers.map(
        (reader): EvidenceReader =>
          new Proxy(reader, {
            get: (target, name) => {
              if (name === 'leaves') throw new Error('disk image is malformed');
              const member: unknown = Reflect.get(target, name);
              return typeof member === 'function' ? (member.bind(target) as unknown) : member;
            },
          }),
      );
      return { ...stored, database: { ...stored.database, readers } };
    };
    expect(await cli.say('audit', 'verify')).toMatchObject({ code: 3, out: '' });
  });
});

describe('gecit audit verify --open', () => {
  test('is recorded as a reading before it begins, and tells no content', async () => {
    using cli = commandLine();
    cli.administration.vault = node.vault;
    const said = await cli.say('audit', 'verify', '--open');
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/personal parts opened: 278 \(\d+\/s\)/);
    expect(said.out).not.toContain('10000000146');
    expect(cli.database.leaves).toMatchObject([{ type: 'reading', action: 'audit.verify-open' }]);
  });

  test('finds a changed box that nothing else shows', async () => {
    copy.tamper((database) =>
      database.exec('UPDATE audit_personal SET box = zeroblob(300) WHERE log = 1 AND idx = 33'),
    );
    expect((await verify()).code).toBe(0);
    using cli = commandLine();
    cli.administration.vault = node.vault;
    const said = await cli.say('audit', 'verify', '--open', '--json');
    expect(said.code).toBe(1);
    expect(reportOf(said).logs[0]).toMatchObject({ verdict: 'tampered', firstBadIndex: 33 });
  });
});
