import { join } from 'node:path';
import { cpSync } from 'node:fs';
import { createNoteSigner } from '../../../src/audit/note/note-signer.ts';
import { DATABASE } from '../evidence-node.ts';
import { forgeLeaf, forgeLog, withoutStamp } from './forge-log.ts';
import { type Bench, type LogFacts, type Mutate } from './mutation.ts';

/** Names of the checkpoints that the campaign keeps elsewhere. */
export function givenName(log: LogFacts, size: number): string {
  return `${log.origin.replaceAll('/', '_')}-${String(size)}.checkpoint`;
}

/** A checkpoint of a log that was kept elsewhere, of at least this size. */
function keptFrom(bench: Bench, log: LogFacts, size: number): { name: string; size: number } {
  const kept = bench.choice.of(log.checkpoints.filter((one) => one > size));
  return { name: givenName(log, kept), size: kept };
}

/** The forger has a key of the log and rewrites it from a leaf on; the witnesses and the authority do not help him. */
const resigned =
  (withKey: 'current' | 'old' | 'none'): Mutate =>
  (bench) => {
    const log = withKey === 'old' ? (bench.logs[1] ?? bench.log()) : bench.log();
    const newest = log.checkpoints.at(-1) ?? 0;
    const index = bench.choice.between(1, newest);
    const old = bench.logs[0]?.signer;
    const signer = { current: log.signer, old, none: undefined }[withKey];
    const change = (leaf: Buffer, at: number): Buffer =>
      at === index ? forgeLeaf(leaf) : at > index ? withoutStamp(leaf) : leaf;
    bench.edit((database) => {
      forgeLog(database, { ...log, signer, change, dropSigned: false });
    });
    const kept = keptFrom(bench, log, index);
    return {
      what: `${log.origin} rewritten from ${String(index)} with ${withKey} key; kept elsewhere: ${kept.name}`,
      indexes: [index],
      given: [kept.name],
      only: 'database',
    };
  };

/** A whole log under a key of the forger. */
const otherKey: Mutate = (bench) => {
  const log = bench.log();
  const signer = createNoteSigner(log.origin, Buffer.alloc(32, bench.choice.between(1, 200)));
  const vkeyOf = (text: string): string =>
    text.replace(/"key":"[^"]+"/, `"key":${JSON.stringify(signer.vkey)}`);
  bench.edit((database) => {
    forgeLog(database, {
      ...log,
      signer,
      change: (leaf, at) => (at === 0 ? Buffer.from(vkeyOf(leaf.toString('utf8'))) : withoutStamp(leaf)),
    });
    database.prepare('UPDATE audit_key SET vkey = ? WHERE log = ?').run(signer.vkey, log.log);
  });
  const name = givenName(log, bench.choice.of(log.checkpoints));
  return {
    what: `${log.origin} under another key; kept elsewhere: ${name}`,
    files: [name],
    given: [name],
    only: 'database',
  };
};

/** The database as it was on an earlier day. */
const rolledBack: Mutate = (bench) => {
  const earlier = bench.choice.of(bench.earlier.slice(0, -1));
  bench.databaseTouched = true;
  cpSync(join(earlier, DATABASE), join(bench.place, DATABASE));
  const last = bench.logs.at(-1);
  if (last === undefined) throw new Error('no log');
  const name = givenName(last, last.checkpoints.at(-1) ?? 0);
  const alone = bench.choice.between(0, 2) === 0;
  return {
    what: `database of ${earlier}${alone ? `, alone; kept elsewhere: ${name}` : ' beside the newer folder'}`,
    // Either the log is shorter than what is known of it, or it is not there at all.
    files: [alone ? name : 'signed.checkpoint'],
    ...(alone ? { given: [name], only: 'database' as const } : { given: [name], indexes: [] }),
  };
};

/** Forgeries of somebody who holds a key or a backup, with one checkpoint kept elsewhere. */
export const FORGED_MUTATIONS: Readonly<Record<string, Mutate>> = {
  'database: rewritten without key': resigned('none'),
  'database: rewritten, signed with the old key': resigned('old'),
  'database: rewritten, signed with the current key': resigned('current'),
  'database: rewritten under another key': otherKey,
  'database: rolled back': rolledBack,
};
