import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';

/** A database of its own on a live server of MySQL or MariaDB. */
export interface MysqlDatabase extends AsyncDisposable {
  /** `mysql://<user>:<password>@<host>:<port>/<database>` */
  readonly url: string;
  /** Runs statements that bind nothing, separated by semicolons. */
  run(sql: string): Promise<unknown>;
}

const GIVEN = process.env['GECIT_TEST_MYSQL_URL'] ?? '';

export interface LiveMysql {
  readonly name: string;
  create(): Promise<MysqlDatabase>;
}

/** Live servers at hand: that of GECIT_TEST_MYSQL_URL, whose user may create databases. */
export const MYSQL_SERVERS: readonly LiveMysql[] =
  GIVEN === '' ? [] : [{ name: new URL(GIVEN).host, create: async () => createDatabase(GIVEN) }];

/** Says once that no server is there, so that nobody takes its silence for success. */
export function tellMysqlNotThere(): void {
  if (GIVEN === '')
    process.stderr.write(
      'MySQL: GECIT_TEST_MYSQL_URL is not set; sources are tested against a server in this process instead.\n',
    );
}

async function createDatabase(server: string): Promise<MysqlDatabase> {
  const name = `t_${randomBytes(8).toString('hex')}`;
  const admin = await mysql.createConnection({ uri: server, multipleStatements: true });
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; USE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: async (sql) => (await admin.query(sql))[0],
    [Symbol.asyncDispose]: async () => {
      await admin.query(`DROP DATABASE ${name}`);
      await admin.end();
    },
  };
}
