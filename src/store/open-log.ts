import { type Database } from 'better-sqlite3';

/** Condition that an origin is one of a node, which is bound twice. */
export const OF_NODE = "substr(origin, 1, length(?) + 1) = ? || '/'";

/** Finds the number of the log that takes a node's records: the one that was opened last, which has the largest number. */
export function openLog(connection: Database): (node: string) => number | undefined {
  const find = connection
    .prepare<[string, string], number>(`SELECT MAX(log) FROM audit_head WHERE ${OF_NODE}`)
    .pluck();
  return (node) => find.get(node, node) ?? undefined;
}

/** Origin and size of every log of a node, oldest first. */
export function logsOf(
  connection: Database,
  node: string,
): readonly { readonly origin: string; readonly size: number }[] {
  return connection
    .prepare<[string, string], { origin: string; size: number }>(
      `SELECT origin, size FROM audit_head WHERE ${OF_NODE} ORDER BY log`,
    )
    .all(node, node);
}

/** Every node that has a log, by name. */
export function nodesOf(connection: Database): readonly string[] {
  const origins = connection.prepare<[], string>('SELECT origin FROM audit_head ORDER BY log').pluck().all();
  return [...new Set(origins.map(nodeOf))].sort();
}

/** First two parts of an origin, `<gateway name>/<node>`. */
export function nodeOf(origin: string): string {
  return origin.slice(0, origin.lastIndexOf('/'));
}
