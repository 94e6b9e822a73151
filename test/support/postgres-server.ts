import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { PostgresProcess } from './postgres-process.ts';
import { quitPostgres } from './run/stop-postgres.mjs';
import { type Made, runFolder, sharedFolder } from './shared-folder.ts';

/** A database of its own on the PostgreSQL that all test files of a run share. */
export interface PostgresDatabase extends AsyncDisposable {
  /** `postgres://gecit@127.0.0.1:<port>/<database>`; no password, no TLS; `gecit` may do everything. */
  readonly url: string;
  /** Runs statements that bind nothing. */
  run(sql: string): Promise<pg.QueryResult>;
  /** Ends every connection to the database from the server's side; new ones are taken. */
  disconnectAll(): Promise<void>;
  /** Removes the database, also while somebody is connected to it. */
  stop(): Promise<void>;
}

/**
 * Gives a new, empty database: UTF-8, locale C. The first caller of a run starts the server, and the run stops it.
 * Who needs a server to kill, or with settings of its own, makes a `PostgresProcess`.
 */
export async function startPostgres(): Promise<PostgresDatabase> {
  const admin = new pg.Client({ connectionString: await sharedServer() });
  await admin.connect();
  const name = `t_${randomBytes(8).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const url = (await sharedServer()).replace(/[^/]*$/, name);
  const stop = async (): Promise<void> => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
  };
  return {
    url,
    run: async (sql) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return await client.query(sql);
      } finally {
        await client.end();
      }
    },
    disconnectAll: async () => {
      await admin.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`,
      );
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function sharedServer(): Promise<string> {
  const folder = await sharedFolder('postgres', startShared);
  return (JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as { url: string }).url;
}

async function startShared(): Promise<Made> {
  const server = await PostgresProcess.create();
  const folder = mkdtempSync(join(tmpdir(), 'gecit-shared-'));
  const { pid, folder: data } = server;
  writeFileSync(join(folder, 'server.json'), JSON.stringify({ url: server.url(), pid, folder: data }));
  if (process.env['JEST_WORKER_ID'] === undefined) {
    const run = runFolder();
    // Before the run's folder itself is removed.
    process.prependOnceListener('exit', () => {
      const left = quitPostgres(run);
      if (left !== undefined) rmSync(left.folder, { recursive: true, force: true, maxRetries: 20 });
    });
  }
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}
