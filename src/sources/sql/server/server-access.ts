import { type Fault, FaultsError } from '../../../shared/fault.ts';
import { readTlsAccess, type TlsAccess } from '../../http/tls-access.ts';
import { type DatabaseServer } from './database-server.ts';

/** How a database server is reached and by whom it is asked. */
export interface ServerAccess {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Read for each connection, so that a changed password needs no new start. */
  readonly password: () => string;
  /** Undefined: in the clear. */
  readonly tls: ServerTls | undefined;
}

export interface ServerTls extends TlsAccess {
  /** Whether the server has to prove that it is the one that was named. */
  readonly verified: boolean;
}

/** Reads the files that the settings name. @throws FaultsError for what is missing or broken */
export function serverAccess(sourceId: string, server: DatabaseServer): ServerAccess {
  const { host, port, database, user, tls } = server;
  const password = server.password ?? ((): string => '');
  const faults: Fault[] = [];
  collect(faults, password);
  const files = collect(faults, () => (tls.mode === 'off' ? undefined : readTlsAccess(sourceId, tls)));
  if (faults.length > 0) throw new FaultsError(faults);
  const access = files === undefined ? undefined : { ...files, verified: tls.mode === 'verify' };
  return { host, port, database, user, password, tls: access };
}

function collect<T>(faults: Fault[], read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof FaultsError)) throw thrown;
    faults.push(...thrown.faults);
    return undefined;
  }
}
