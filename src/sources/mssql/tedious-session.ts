import { Connection, type ConnectionConfiguration, Request, TYPES } from 'tedious';
import { type SqlParameterType } from '../../shared/sql-parameter-type.ts';
import { answerInvalid } from '../source-error.ts';
import { type ServerAccess } from '../sql/server/server-access.ts';
import { guardParsers, type TediousConnection } from './guard-parsers.ts';
import { type LogIn } from './mssql-connection.ts';
import { type MssqlAnswer, type MssqlCall, type MssqlColumn, type MssqlSession } from './mssql-session.ts';
import { MssqlSocket } from './mssql-socket.ts';

const MAX_RESULT_SETS = 16;
/** A length above that of every type stands for `max`. */
const MAX_LENGTH = 65_535;

/** Logs in with the driver `tedious`. @param milliseconds longest time that a login may take */
export function tediousLogIn(access: ServerAccess, milliseconds: number): LogIn {
  return async (signal) => {
    const socket = new MssqlSocket(access.host, access.port);
    const session = new TediousSession(access, socket, milliseconds);
    const stop = (): void => {
      session.destroy();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) stop();
      await session.logIn();
      return session;
    } catch (thrown) {
      stop();
      throw thrown;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

/** A connection of the driver over a socket of ours. */
class TediousSession implements MssqlSession {
  readonly #connection: Connection;
  readonly #socket: MssqlSocket;
  #usable = true;

  constructor(access: ServerAccess, socket: MssqlSocket, milliseconds: number) {
    this.#socket = socket;
    this.#connection = new Connection(options(access, socket, milliseconds));
    guardParsers(this.#connection, (error) => {
      socket.destroy(error);
    });
    const lost = (): void => {
      this.#usable = false;
    };
    this.#connection.on('error', lost);
    this.#connection.on('end', lost);
  }

  get usable(): boolean {
    return this.#usable && this.#socket.reason === undefined;
  }

  get began(): boolean {
    return this.#socket.began;
  }

  async logIn(): Promise<void> {
    let said: object = {};
    const listen = ({ number, class: severity }: { number?: number; class?: number }): void => {
      said = { number, class: severity };
    };
    this.#connection.on('errorMessage', listen);
    await new Promise<void>((resolve, reject) => {
      this.#connection.connect((error) => {
        if (error === undefined) resolve();
        else reject(this.#socket.reason ?? Object.assign(error, said));
      });
    });
    this.#connection.off('errorMessage', listen);
  }

  async call({ kind, text, inputs, outputs }: MssqlCall, maxRows: number): Promise<MssqlAnswer> {
    this.#socket.expectAnswer();
    return new Promise((resolve, reject) => {
      const collected = { sets: [], outputs: {} };
      const request = new Request(text, (error) => {
        const reason = this.#socket.reason ?? error;
        if (reason === null || reason === undefined) resolve(collected);
        else reject(withPreceding(reason));
      });
      for (const { name, type, value } of inputs) request.addParameter(name, ...driverType(type, value));
      for (const { name, type } of outputs) request.addOutputParameter(name, ...driverType(type, undefined));
      this.#collect(request, collected, maxRows);
      if (kind === 'procedure') this.#connection.callProcedure(request);
      else this.#connection.execSql(request);
    });
  }

  destroy(): void {
    this.#usable = false;
    this.#socket.destroy();
    this.#connection.close();
  }

  #collect(request: Request, { sets, outputs }: Collected, maxRows: number): void {
    request.on('columnMetadata', (columns) => {
      if (sets.length === MAX_RESULT_SETS) this.#socket.destroy(answerInvalid('TOO_MANY_RESULT_SETS'));
      sets.push({ columns: (columns as readonly DriverColumn[]).map(columnOf), rows: [] });
    });
    request.on('row', (values: readonly { readonly value: unknown }[]) => {
      const rows = sets.at(-1)?.rows ?? [];
      if (rows.length === maxRows) this.#socket.destroy(answerInvalid('TOO_MANY_ROWS'));
      else rows.push(values.map(({ value }) => value));
    });
    request.on('returnValue', (name: string, value: unknown) => {
      outputs[name] = value;
    });
  }
}

interface Collected {
  readonly sets: { readonly columns: readonly MssqlColumn[]; readonly rows: unknown[][] }[];
  readonly outputs: Record<string, unknown>;
}

interface DriverColumn {
  readonly colName: string;
  readonly type: { readonly name: string };
}

function columnOf({ colName, type }: DriverColumn): MssqlColumn {
  return { name: colName, type: type.name };
}

/** Several errors of one answer come as one: the last, with those before it. */
function withPreceding(error: Error): Error {
  const errors = error instanceof AggregateError ? (error.errors as Error[]) : [error];
  return Object.assign(errors.at(-1) ?? error, { precedingErrors: errors.slice(0, -1) });
}

const DRIVER_TYPES = {
  char: TYPES.Char,
  varchar: TYPES.VarChar,
  nchar: TYPES.NChar,
  nvarchar: TYPES.NVarChar,
  decimal: TYPES.Decimal,
  numeric: TYPES.Numeric,
  smallint: TYPES.SmallInt,
  int: TYPES.Int,
  bigint: TYPES.BigInt,
  date: TYPES.Date,
};

type Typed = Parameters<Request['addParameter']> extends [string, ...infer Rest] ? Rest : never;

function driverType({ name, sizes }: SqlParameterType, value: string | null | undefined): Typed {
  const [first, second] = sizes;
  if (name === 'decimal' || name === 'numeric') {
    return [DRIVER_TYPES[name], value, { precision: first ?? 18, scale: second ?? 0 }];
  }
  return [DRIVER_TYPES[name], value, name.endsWith('char') ? { length: first ?? MAX_LENGTH } : {}];
}

function options(
  { host, port, database, user, password, tls }: ServerAccess,
  socket: MssqlSocket,
  milliseconds: number,
): ConnectionConfiguration {
  return {
    server: host,
    authentication: { type: 'default', options: { userName: user, password: password() } },
    options: {
      port,
      database,
      appName: 'gecit',
      connectTimeout: milliseconds,
      // The signal of whoever asks ends what takes too long.
      requestTimeout: 0,
      encrypt: tls !== undefined,
      trustServerCertificate: tls?.verified !== true,
      cryptoCredentialsDetails: {
        minVersion: 'TLSv1.2',
        ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
        ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
        ...(tls?.key === undefined ? {} : { key: tls.key }),
      },
      connector: async () => socket.open(),
      maxRetriesOnTransientErrors: 0,
      rowCollectionOnDone: false,
      rowCollectionOnRequestCompletion: false,
      useColumnNames: false,
      useUTC: true,
    },
  };
}
