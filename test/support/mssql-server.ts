import { randomBytes } from 'node:crypto';
import { Connection, Request } from 'tedious';
import { type MssqlSourceSettings } from '../../src/sources/mssql/mssql-source-settings.ts';

/** A database of its own on a live SQL Server. */
export interface MssqlDatabase extends AsyncDisposable {
  readonly server: MssqlSourceSettings['server'];
  /** Runs one batch. */
  run(batch: string): Promise<unknown[]>;
}

const GIVEN = process.env['GECIT_TEST_MSSQL_URL'] ?? '';

export interface LiveMssql {
  readonly name: string;
  create(): Promise<MssqlDatabase>;
}

/** Live servers at hand: that of GECIT_TEST_MSSQL_URL (`mssql://user:password@host:port`), whose user may create databases. */
export const MSSQL_SERVERS: readonly LiveMssql[] =
  GIVEN === '' ? [] : [{ name: new URL(GIVEN).host, create: async () => createDatabase(new URL(GIVEN)) }];

/** Says once that no server is there, so that nobody takes its silence for success. */
export function tellMssqlNotThere(): void {
  if (GIVEN === '')
    process.stderr.write(
      'SQL Server: GECIT_TEST_MSSQL_URL is not set; sources are tested against a server in this process instead.\n',
    );
}

async function createDatabase(url: URL): Promise<MssqlDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  const admin = await connect(url, undefined);
  await run(admin, `CREATE DATABASE ${name} COLLATE Turkish_CI_AS`);
  const own = await connect(url, name);
  return {
    server: {
      host: url.hostname,
      port: portOf(url),
      database: name,
      user: decodeURIComponent(url.username),
      password: () => decodeURIComponent(url.password),
      tls: { mode: 'encrypt' },
    },
    run: async (batch) => run(own, batch),
    [Symbol.asyncDispose]: async () => {
      own.close();
      await run(admin, `ALTER DATABASE ${name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE`);
      await run(admin, `DROP DATABASE ${name}`);
      admin.close();
    },
  };
}

async function connect(url: URL, database: string | undefined): Promise<Connection> {
  const [userName, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const connection = new Connection({
    server: url.hostname,
    authentication: { type: 'default', options: { userName, password } },
    options: {
      port: portOf(url),
      encrypt: true,
      trustServerCertificate: true,
      ...(database === undefined ? {} : { database }),
    },
  });
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error === undefined) resolve(connection);
      else reject(error);
    });
  });
}

/** Runs one batch; gives the first column of its rows. */
async function run(connection: Connection, batch: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const rows: unknown[] = [];
    const request = new Request(batch, (error) => {
      if (error === null || error === undefined) resolve(rows);
      else reject(error);
    });
    request.on('row', (columns: { value: unknown }[]) => rows.push(columns[0]?.value));
    connection.execSqlBatch(request);
  });
}

function portOf({ port }: URL): number {
  return port === '' ? 1433 : Number(port);
}
