import { existsSync } from 'node:fs';
import { type EvidenceReader } from '../audit/audit-log.ts';
import { databaseFile } from './database-file.ts';
import { logMissing } from './head-row.ts';
import { openLogReader } from './log-reader.ts';
import { logsOf, nodesOf } from './open-log.ts';
import { connectReadOnly, hasTable } from './read-only.ts';

/** A log as it is found before anything of it is trusted. */
export interface FoundLog {
  readonly origin: string;
  readonly size: number;
}

/**
 * The newest log of a node, or undefined when there is none. Reads only: makes no file, no schema, no row.
 * @param node first two parts of the origin, `<gateway name>/<node>`
 * @throws FaultsError when there is a file and it is no database of the gateway or cannot be read
 */
export function findLog(databaseUrl: string, node: string): FoundLog | undefined {
  const file = databaseFile(databaseUrl);
  return existsSync(file) ? newestIn(file, node) : undefined;
}

/**
 * Opens the newest log of a node for reading. Takes no keys, and makes no file, no schema, no row.
 * @throws FaultsError when there is no database, it cannot be read, or it holds no log of this node
 */
export function openNewestLog(databaseUrl: string, node: string): EvidenceReader {
  const file = databaseFile(databaseUrl);
  const found = newestIn(file, node);
  if (found === undefined) throw logMissing(file, node);
  return openLogReader(file, found.origin);
}

/**
 * Every log of a node, oldest first; the last one takes records. Reads only.
 * @throws FaultsError when there is no database, or it cannot be read
 */
export function findLogs(databaseUrl: string, node: string): readonly FoundLog[] {
  const file = databaseFile(databaseUrl);
  return existsSync(file) ? logsIn(file, node) : [];
}

/**
 * Every node that has a log in a database. Reads only.
 * @throws FaultsError when there is no database, or it cannot be read
 */
export function findNodes(databaseUrl: string): readonly string[] {
  const connection = connectReadOnly(databaseFile(databaseUrl));
  try {
    return hasTable(connection, 'audit_head') ? nodesOf(connection) : [];
  } finally {
    connection.close();
  }
}

/**
 * Opens one log for reading.
 * @throws FaultsError when there is no database, it cannot be read, or it holds no log of this origin
 */
export function openLogOf(databaseUrl: string, origin: string): EvidenceReader {
  return openLogReader(databaseFile(databaseUrl), origin);
}

function newestIn(file: string, node: string): FoundLog | undefined {
  return logsIn(file, node).at(-1);
}

function logsIn(file: string, node: string): readonly FoundLog[] {
  const connection = connectReadOnly(file);
  try {
    return hasTable(connection, 'audit_head') ? logsOf(connection, node) : [];
  } finally {
    connection.close();
  }
}
