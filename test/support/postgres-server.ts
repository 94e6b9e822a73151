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
  readonly name: string;
  /** `postgres://gecit@127.0.0.1:<port>/<database>`; no password, no TLS; `gecit` may do everything. */
  readonly url: string;
  /** Runs statements that bind nothing. */
  run(sql: string): Promise<pg.QueryResult>;
  /** Ends every connection to the database from the server's side; new ones are taken. */
  disconnectAll(): Promise<void>;
  /** Removes the database, also while somebody is connected to it. */
  stop(): Promise<void>;
}

/** Without write-ahead log for whole files, making a database out of another one costs a hundredth of a second. */
const SETTINGS = { wal_level: 'minimal', max_wal_senders: '0' };

let administrator: Promise<pg.Client> | undefined;

/**
 * Gives a new database: UTF-8, locale C. The first caller of a run starts the server, and the run stops it.
 * Who needs a server to kill, or with settings of its own, makes a `PostgresProcess`.
 * @param template of which it is a copy; without one it is empty
 */
export async function startPostgres(template = 'template1'): Promise<PostgresDatabase> {
  const admin = await (administrator ??= connectAdministrator());
  const name = `t_${randomBytes(8).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return databaseOf(admin, name, await urlOf(name));
}

/**
 * A database for `startPostgres` to copy, filled once a run.
 * @param name of the template, in ASCII letters and `_`
 */
export async function postgresTemplate(
  name: string,
  fill: (databaseUrl: string) => Promise<void>,
): Promise<string> {
  const template = `template_${name}`;
  await sharedFolder(`postgres-${name}`, async () => {
    const admin = await (administrator ??= connectAdministrator());
    await admin.query(`CREATE DATABASE ${template}`);
    await fill(await urlOf(template));
    return emptyFolder();
  });
  return template;
}

function databaseOf(admin: pg.Client, name: string, url: string): PostgresDatabase {
  const stop = async (): Promise<void> => {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return {
    name,
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

/** One connection for all databases of a test file; it ends with the server, and keeps nobody waiting. */
async function connectAdministrator(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: await urlOf('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  (client as unknown as { connection: { stream: { unref(): void } } }).connection.stream.unref();
  return client;
}

async function urlOf(database: string): Promise<string> {
  const folder = await sharedFolder('postgres', startShared);
  const { url } = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8')) as { url: string };
  return url.replace(/[^/]*$/, database);
}

async function startShared(): Promise<Made> {
  const server = await PostgresProcess.create({ durable: true, inMemory: true, settings: SETTINGS });
  const made = emptyFolder();
  const { pid, folder, dataFolder } = server;
  const folders = [folder, dataFolder];
  writeFileSync(join(made.folder, 'server.json'), JSON.stringify({ url: server.url(), pid, folders }));
  if (process.env['JEST_WORKER_ID'] === undefined) {
    const run = runFolder();
    // Before the run's folder itself is removed.
    process.prependOnceListener('exit', () => {
      for (const left of quitPostgres(run)?.folders ?? [])
        rmSync(left, { recursive: true, force: true, maxRetries: 20 });
    });
  }
  return made;
}

function emptyFolder(): Made {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-shared-'));
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    },
  };
}
