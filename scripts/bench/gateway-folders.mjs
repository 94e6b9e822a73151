import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parseDocument } from 'yaml';

/** The most that an agreement file may state. */
const NO_QUOTA_TO_SPEAK_OF = 10_000_000;
const LEAF_PREFIX = 'gecit-audit/v1\n';

/** A place of its own for one gateway: empty data, certs and logs, and the agreements with raised quotas. */
export function makeFolders(parent, root) {
  const folders = Object.fromEntries(['data', 'certs', 'protocols', 'logs'].map((name) => [name, join(parent, name)]));
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'protocols'), folders.protocols, { recursive: true });
  for (const name of readdirSync(folders.protocols)) {
    if (name.endsWith('.yaml')) raiseQuotas(join(folders.protocols, name));
  }
  return folders;
} // prettier-ignore

function raiseQuotas(file) {
  const agreement = parseDocument(readFileSync(file, 'utf8'));
  for (const scope of ['agreement', 'agency', 'official']) agreement.setIn(['quotas', scope], NO_QUOTA_TO_SPEAK_OF);
  writeFileSync(file, String(agreement));
} // prettier-ignore

/** Raises what the personnel lists of the demo realm allow each official, before the gateway starts. */
export function raiseOfficials(folders) {
  const database = new Database(databaseFile(folders), { fileMustExist: true });
  database.prepare('update authority set daily_quota = ?').run(NO_QUOTA_TO_SPEAK_OF);
  database.close();
}

/** How many leaves record an answer that left, of those at an index and above it. */
export function countDisclosures(folders, from = 0) {
  const database = new Database(databaseFile(folders), { readonly: true, fileMustExist: true });
  let disclosures = 0;
  for (const { leaf } of database.prepare('select leaf from audit_leaf where idx >= ?').iterate(from)) {
    const text = leaf.toString('utf8');
    if (!text.startsWith(LEAF_PREFIX)) throw new Error('the evidence holds a leaf of an unknown encoding');
    if (JSON.parse(text.slice(LEAF_PREFIX.length)).type === 'disclosure') disclosures += 1;
  }
  database.close();
  return disclosures;
}

export function databaseFile(folders) {
  return join(folders.data, 'gecit.db');
}
