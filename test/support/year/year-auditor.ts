import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { nameOfLog } from '../../../src/audit/log-origin.ts';
import { type FindingCode } from '../../../src/audit/verify/finding.ts';
import { type Verdict } from '../../../src/audit/verify/findings.ts';
import { type LogReport, type NodeReport } from '../../../src/audit/verify/report.ts';
import { openStoredEvidence } from '../../../src/open-stored-evidence.ts';
import { evidenceFolder } from '../../../src/settings/places.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { openLogOf } from '../../../src/store/find-log.ts';
import { OperatorsOf } from '../operators-of.ts';
import { type YearNode } from './year-node.ts';

/** What an auditor kept apart from the gateway, all of it as files. */
export interface Kept {
  /** Key of the node's first log. */
  readonly key: string;
  readonly policy: string;
  readonly roots: string;
  readonly checkpoints: readonly string[];
}

/** The verdict on one log from one place, and every code that explains it. */
export interface LogVerdict {
  /** Last part of the origin. */
  readonly log: string;
  readonly kept: LogReport['kept'];
  readonly verdict: Verdict;
  readonly codes: readonly FindingCode[];
  readonly firstBadIndex: number | null;
}

/** A copy of database and evidence, as somebody with access to the disk may change it. */
export interface PlaceOfCopy {
  readonly settings: Settings;
  readonly database: string;
}

/** Verifies as a person does, by `gecit audit verify`. */
export class YearAuditor {
  readonly #node: YearNode;
  readonly #trust: readonly string[];

  constructor(node: YearNode, { key, policy, roots, checkpoints }: Kept) {
    this.#node = node;
    const given = checkpoints.flatMap((file) => ['--checkpoint', file]);
    this.#trust = ['--key', key, '--policy', policy, '--roots', roots, ...given];
  }

  /** Database and folder, compared. */
  async all(...more: readonly string[]): Promise<NodeReport> {
    return this.#verify(this.#node.settings, more);
  }

  async folderAlone(): Promise<NodeReport> {
    return this.#verify(this.#node.settings, ['--evidence', evidenceFolder(this.#node.settings)]);
  }

  async copy({ settings }: PlaceOfCopy): Promise<NodeReport> {
    return this.#verify(settings, []);
  }

  async #verify(settings: Settings, more: readonly string[]): Promise<NodeReport> {
    const { clock } = this.#node;
    const commands = new OperatorsOf(settings, clock, {
      openEvidence: async () => openStoredEvidence(settings),
    });
    const said = await commands.say('test-operator', 'audit', 'verify', '--json', ...this.#trust, ...more);
    if (said.out === '') throw new Error(said.err);
    return JSON.parse(said.out) as NodeReport;
  }
}

export function verdictsOf({ logs }: NodeReport): LogVerdict[] {
  return logs.map(({ origin, kept, verdict, findings, firstBadIndex }) => ({
    log: nameOfLog(origin),
    kept,
    verdict,
    codes: [...new Set(findings.map(({ code }) => code))].sort(),
    firstBadIndex,
  }));
}

/** Copies database and, unless it is left out, evidence; nothing guards the copy of the database any more. */
export function copyOf(node: YearNode, name: string, withEvidence = true): PlaceOfCopy {
  const { settings } = node;
  const place = join(node.folder, name);
  const logs = join(place, 'logs');
  mkdirSync(logs, { recursive: true });
  const database = join(place, 'gecit.db');
  const source = new Sqlite(settings.databaseUrl.slice('sqlite:'.length), { readonly: true });
  source.prepare('VACUUM INTO ?').run(database);
  source.close();
  if (withEvidence) cpSync(evidenceFolder(settings), join(logs, 'evidence'), { recursive: true });
  withDatabase(database, (copy) => {
    const triggers = copy.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
    for (const trigger of triggers) copy.exec(`DROP TRIGGER ${String(trigger)}`);
  });
  const folders = { ...settings.folders, logs };
  return { settings: { ...settings, databaseUrl: `sqlite:${database}`, folders }, database };
}

export function withDatabase(file: string, work: (database: Sqlite.Database) => void): void {
  const database = new Sqlite(file);
  try {
    work(database);
  } finally {
    database.close();
  }
}

/** Number of a log in the tables, by its origin. */
export function numberOf(database: Sqlite.Database, origin: string): number {
  const number = database.prepare('SELECT log FROM audit_head WHERE origin = ?').pluck().get(origin);
  if (typeof number !== 'number') throw new Error(`there is no log ${origin}`);
  return number;
}

/** The newest checkpoint of a log in any database. */
export function newestNote(
  databaseUrl: string,
  origin: string,
): { readonly size: number; readonly note: string } {
  const reader = openLogOf(databaseUrl, origin);
  try {
    const newest = reader.newestCheckpoint();
    if (newest === undefined) throw new Error(`nothing of ${origin} was signed`);
    return newest;
  } finally {
    reader.close();
  }
}

/** Keeps a note where the auditor finds it. @returns the file */
export function keep(node: YearNode, name: string, note: string): string {
  const file = join(node.folder, `${name}.checkpoint`);
  writeFileSync(file, note);
  return file;
}
