import { readFileSync } from 'node:fs';
import { storeFault } from '../store-fault.ts';

/** The engines that several nodes can share. */
export type ServerEngine = 'postgres' | 'mssql';

/** How a connection is protected: not at all, without looking whose certificate it is, or proven. */
export type ServerTls = 'off' | 'unproven' | 'proven';

/** A database on a server, taken apart. */
export interface ServerAddress {
  readonly engine: ServerEngine;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: ServerTls;
  /** PEM of the authority of the server's certificate; undefined: those of the system. */
  readonly ca: string | undefined;
  /** Names the database in messages: no user, no password. */
  readonly place: string;
}

const ENGINES: Readonly<Record<string, { readonly engine: ServerEngine; readonly port: number }>> = {
  'postgres:': { engine: 'postgres', port: 5432 },
  'postgresql:': { engine: 'postgres', port: 5432 },
  'mssql:': { engine: 'mssql', port: 1433 },
  'sqlserver:': { engine: 'mssql', port: 1433 },
};

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i;

/** Whether the address is one of a server, as opposed to a file. */
export function isServerUrl(databaseUrl: string): boolean {
  return Object.keys(ENGINES).some((scheme) => databaseUrl.toLowerCase().startsWith(scheme));
}

/**
 * Takes a `postgres://` or `mssql://` URL apart. Query: `sslmode` (`verify-full`, `require`, `disable`) and `sslrootcert`
 * for PostgreSQL; `encrypt`, `trustServerCertificate` and `ca` for SQL Server. Without them the server's certificate is
 * proven, but for a server on this machine.
 * @throws FaultsError DATABASE_URL_UNKNOWN, DATABASE_CA_UNREADABLE
 */
export function serverAddress(databaseUrl: string): ServerAddress {
  const { url, engine, port: usual } = taken(databaseUrl);
  const port = url.port === '' ? usual : Number(url.port);
  const database = decodeURIComponent(url.pathname.slice(1));
  const ca = url.searchParams.get('sslrootcert') ?? url.searchParams.get('ca');
  return {
    engine,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    tls: tlsOf(url.searchParams, LOOPBACK.test(url.hostname), engine),
    ca: ca === null ? undefined : readCa(ca),
    place: `${engine}://${url.hostname}:${String(port)}/${database}`,
  };
}

interface Taken {
  readonly url: URL;
  readonly engine: ServerEngine;
  /** Where its servers listen unless told otherwise. */
  readonly port: number;
}

function taken(databaseUrl: string): Taken {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  const kind = ENGINES[url?.protocol ?? ''];
  if (url === undefined || kind === undefined || url.hostname === '' || url.pathname.length < 2)
    throw unknownUrl();
  return { url, ...kind };
}

function tlsOf(query: URLSearchParams, onThisMachine: boolean, engine: ServerEngine): ServerTls {
  const mode = query.get('sslmode');
  if (mode === 'disable' || query.get('encrypt') === 'false') return 'off';
  if (mode === 'require' || query.get('trustServerCertificate') === 'true') return 'unproven';
  const isAsked = mode === 'verify-full' || query.has('sslrootcert') || query.has('ca');
  if (isAsked || !onThisMachine) return 'proven';
  // A server on this machine seldom has a certificate that proves anything; SQL Server makes one for itself.
  return engine === 'mssql' ? 'unproven' : 'off';
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw storeFault(
      'DATABASE_CA_UNREADABLE',
      file,
      {
        tr: 'veritabanı sunucusunun sertifika makamı okunamadı',
        en: 'the authority of the database server cannot be read',
      },
      { tr: 'Adresteki dosya yolunu düzeltin.', en: 'Correct the path in the database address.' },
    );
  }
}

function unknownUrl(): Error {
  return storeFault(
    'DATABASE_URL_UNKNOWN',
    'databaseUrl',
    { tr: 'veritabanı adresi desteklenmiyor', en: 'the database address is not supported' },
    {
      tr: 'Adresi sqlite:<dosya>, postgres://kullanıcı@sunucu/veritabanı ya da mssql://kullanıcı@sunucu/veritabanı biçiminde yazın.',
      en: 'Write the address as sqlite:<file>, postgres://user@host/database or mssql://user@host/database.',
    },
  );
}
