import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { createNoteSigner } from '../../../src/audit/note/note-signer.ts';
import { encodeTlogProof } from '../../../src/audit/tree/tlog-proof.ts';
import { proveInclusion } from '../../../src/audit/tree/inclusion-proof.ts';
import { type Finding } from '../../../src/audit/verify/finding.ts';
import { type NodeReport } from '../../../src/audit/verify/report.ts';
import { openLogOf } from '../../../src/store/find-log.ts';
import { type Asked, EVIDENCE, type EvidenceNode, newYearNode, NODE } from '../../support/evidence-node.ts';
import { copyOf, type PlaceCopy } from '../../support/place-copy.ts';

const [FIRST, SECOND] = [`${NODE}/2026`, `${NODE}/2027`];

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

function verify(asked: Asked = {}): NodeReport {
  return node.verify(asked, copy.place);
}

function findings({ logs, findings: others }: NodeReport): Finding[] {
  return [...others, ...logs.flatMap((log) => log.findings)];
}

function codes(report: NodeReport): string[] {
  return findings(report)
    .filter(({ severity }) => severity !== 'notice')
    .map(({ code }) => code);
}

function inFolder(origin: string, path = ''): string {
  return join(copy.place, EVIDENCE, ...origin.split('/'), path);
}

/** The proof of one record, as a partner keeps it. */
function proofOf(origin: string, index: number): Buffer {
  const reader = openLogOf(`sqlite:${node.file}`, origin);
  const { size, root, note } = reader.newestCheckpoint() ?? { size: 0, root: Buffer.alloc(0), note: '' };
  const hashes = proveInclusion(reader, { index, size, root });
  reader.close();
  return Buffer.from(encodeTlogProof({ index, hashes, checkpoint: note }));
}

describe('a node over the turn of a year', () => {
  test('is sound in database and folder, with its personal parts opened', () => {
    const report = verify({ open: true });
    expect(report.verdict).toBe('sound');
    expect(report.logs.map(({ verdict }) => verdict)).toEqual(['sound', 'sound', 'sound', 'sound']);
    expect(report.logs[0]).toMatchObject({ size: 289, missingParts: 0, unsignedTail: 0 });
    expect(report.logs[0]?.opened).toMatchObject({ opened: 278, withoutKeys: 0 });
    expect(report.logs[1]).toMatchObject({ size: 75, unsignedTail: 3 });
  });

  test('says of each cosigned checkpoint who signed it, and whether they are a quorum', () => {
    expect(verify().logs[1]?.checkpoints.witnessed).toEqual([
      { size: 13, witnesses: ['witness-a.test', 'witness-b.test'], quorum: true },
      { size: 72, witnesses: ['witness-a.test'], quorum: false },
    ]);
  });

  test('says when no root of an authority is pinned, and is sound otherwise', () => {
    const report = verify({ terms: { trusted: undefined } });
    expect(report.verdict).toBe('sound');
    expect(findings(report).map(({ code }) => code)).toContain('stamp-unpinned');
  });

  test('takes the policy of the folder where none is given', () => {
    const report = verify({ terms: { policy: undefined } });
    expect(report.logs[0]?.checkpoints.quorums).toBe(4);
  });

  test('is not trusted under a key that was kept elsewhere and is another', () => {
    const other = createNoteSigner(FIRST, Buffer.alloc(32, 3)).vkey;
    expect(codes(verify({ terms: { keys: [parseVkey(other)] } }))).toContain('key-not-trusted');
  });
});

describe('a proof that a partner kept', () => {
  test('holds against the node and its folder', () => {
    const given = new Map([['kept.tlog-proof', proofOf(FIRST, 100)]]);
    expect(verify({ given }).verdict).toBe('sound');
  });

  test('finds a record that was replaced, with everything signed anew', () => {
    const given = new Map([['kept.tlog-proof', proofOf(FIRST, 100)]]);
    copy.tamper((database) => {
      database.exec('UPDATE audit_leaf SET leaf_hash = zeroblob(32) WHERE log = 1 AND idx = 100');
    });
    const found = findings(verify({ given, only: 'database' }));
    expect(found).toContainEqual(expect.objectContaining({ code: 'given-not-included', index: 100 }));
  });

  test('of a log of another node is told apart from one of this node that is gone', () => {
    const signer = createNoteSigner('elsewhere.test/n/2026', Buffer.alloc(32, 5));
    const text = `elsewhere.test/n/2026\n1\n${Buffer.alloc(32).toString('base64')}\n`;
    const given = new Map([['foreign.checkpoint', Buffer.from(`${text}\n${signer.sign(text)}\n`)]]);
    expect(codes(verify({ given, only: 'database' }))).toEqual(['given-foreign']);
  });
});

describe('an evidence folder', () => {
  test('is known wherever it was copied, one log or many', () => {
    const moved = join(copy.place, 'usb');
    cpSync(inFolder(FIRST), moved, { recursive: true });
    rmSync(join(copy.place, EVIDENCE), { recursive: true });
    cpSync(moved, join(copy.place, EVIDENCE, 'any', 'name'), { recursive: true });
    const report = verify({ only: 'folder' });
    expect(report.logs).toMatchObject([{ origin: FIRST, verdict: 'sound', size: 289 }]);
  });

  test('without anything sealed is incomplete', () => {
    rmSync(join(copy.place, EVIDENCE, NODE.split('/')[0] ?? ''), { recursive: true });
    expect(codes(verify({ only: 'folder' }))).toEqual(['folder-empty']);
  });

  test('without anything sealed yet takes no checkpoint of this node for a stranger', () => {
    rmSync(join(copy.place, EVIDENCE, NODE.split('/')[0] ?? ''), { recursive: true });
    const given = new Map([['kept.checkpoint', Buffer.from(node.newestNote(SECOND))]]);
    expect(findings(verify({ given })).map(({ code }) => code)).not.toContain('given-foreign');
  });

  test('is sound beside a database that has grown since', () => {
    expect(verify().logs.map(({ size }) => size)).toEqual([289, 75, 289, 63]);
  });

  test('whose last seal was interrupted is sound and says so', () => {
    const day = readdirSync(inFolder(SECOND, 'days')).sort().at(-1) ?? '';
    const before = join(node.earlier.at(-2) ?? '', EVIDENCE, ...SECOND.split('/'), 'checkpoint');
    rmSync(inFolder(SECOND, `days/${day}/manifest.json`));
    cpSync(before, inFolder(SECOND, 'checkpoint'));
    const report = verify({ only: 'folder' });
    expect(report.verdict).toBe('sound');
    expect(findings(report).map(({ code }) => code)).toContain('seal-unfinished');
  });

  test('from which a day was taken out does not hang together', () => {
    const [day = ''] = readdirSync(inFolder(FIRST, 'days')).sort();
    rmSync(inFolder(FIRST, `days/${day}`), { recursive: true });
    expect(codes(verify({ only: 'folder' }))).toContain('day-chain-broken');
  });

  test('with a policy that cannot be read is incomplete where no other is given', () => {
    writeFileSync(inFolder(SECOND, 'witness.policy'), 'nonsense\n');
    const report = verify({ only: 'folder', terms: { policy: undefined } });
    expect(codes(report)).toContain('policy-malformed');
    expect(verify({ only: 'folder' }).verdict).toBe('sound');
  });

  test('names the one bundle in which a record was changed, and its index', () => {
    const file = inFolder(FIRST, 'tile/entries/001.p/33');
    const bytes = readFileSync(file);
    bytes[bytes.length - 5] = (bytes[bytes.length - 5] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(verify({ only: 'folder' }).logs[0]).toMatchObject({
      verdict: 'tampered',
      firstBadIndex: 288,
      firstBadFile: 'tile/entries/001.p/33',
    });
  });

  test('names the tiles, and no bundle, where a narrow and a wide one were swapped', () => {
    const tiles = readdirSync(inFolder(SECOND, 'tile/0/000.p'));
    const widths = tiles.map(Number).sort((a, b) => a - b);
    const names = [widths.at(0), widths.at(-1)].map((width) => `tile/0/000.p/${String(width)}`);
    const [narrow = '', wide = ''] = names.map((name) => inFolder(SECOND, name));
    renameSync(narrow, `${narrow}.x`);
    renameSync(wide, narrow);
    renameSync(`${narrow}.x`, wide);
    const report = verify({ only: 'folder' });
    expect(codes(report)).toEqual(['file-differs', 'file-differs']);
    const files = findings(report).map(({ file }) => file);
    expect(files).toEqual(expect.arrayContaining(names));
  });

  test('whose tiles were renamed is incomplete at the first of them', () => {
    renameSync(inFolder(FIRST, 'tile/0/000'), inFolder(FIRST, 'tile/0/900'));
    const report = verify({ only: 'folder' });
    expect(codes(report)).toContain('file-missing');
    expect(report.logs[0]?.firstBadFile).toBe('tile/0/000');
  });
});

describe('a database that was rolled back', () => {
  test('is found by its own folder, without anything kept elsewhere', () => {
    cpSync(join(node.earlier[2] ?? '', 'gecit.db'), join(copy.place, 'gecit.db'));
    expect(codes(verify())).toEqual(expect.arrayContaining(['mark-beyond', 'folder-ahead']));
  });
});
