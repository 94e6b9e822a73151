import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type GatewayPlace, type RunOptions } from '../support/gateway-place.ts';
import { type GatewayProcess } from '../support/gateway-process.ts';

/** A gateway whose database, logs and keys stand where the operating system really refuses to write more. */
export interface FullDisk {
  readonly gateway: GatewayProcess;
  /** How a command is run beside the gateway, with the same folders. */
  readonly beside: RunOptions;
  /** Leaves so little room that a few records use it up. */
  fill(): void;
  /** Gives room again. */
  free(): void;
}

export interface DiskKind {
  readonly name: string;
  readonly serve: (place: GatewayPlace) => Promise<FullDisk>;
}

/** The kinds that this machine allows; the first one is everywhere. */
export function diskKinds(): DiskKind[] {
  const limited = { name: 'files that may not grow (EFBIG)', serve: serveWithSmallFiles };
  const small = { name: 'a file system without space (ENOSPC)', serve: serveOnSmallFileSystem };
  return mayMount() ? [limited, small] : [limited];
}

const LIMIT_KILOBYTES = 512;

/**
 * The limit of file sizes that every process may set for itself. The write-ahead log soon meets it; a checkpoint that
 * another process makes gives it room again. The gateway's own log file has met it before the start.
 */
async function serveWithSmallFiles(place: GatewayPlace): Promise<FullDisk> {
  mkdirSync(place.path('logs'), { recursive: true });
  writeFileSync(place.path('logs', 'gateway.log'), Buffer.alloc(LIMIT_KILOBYTES * 1024, '\n'));
  const through = ['bash', '-c', `ulimit -S -f ${String(LIMIT_KILOBYTES)} && exec "$@"`, 'bash'];
  const gateway = await place.serve({ through });
  return {
    gateway,
    beside: {},
    fill: () => undefined,
    free: () => {
      const database = new Database(place.databaseFile, { fileMustExist: true });
      database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
    },
  };
}

/** Root needs no namespace of users to mount. */
const USERS: readonly string[] = process.getuid?.() === 0 ? [] : ['-U'];
const OWN_MOUNTS = ['unshare', '-m', ...(USERS.length === 0 ? [] : ['-U', '-r'])] as const;
const ON_MOUNT = 'mount -t tmpfs -o size=2m tmpfs "$0" && cp -R "$1"/. "$0" && shift && exec "$@"';

/** A file system in memory that only the gateway sees as mounted; it goes with the process. */
async function serveOnSmallFileSystem(place: GatewayPlace): Promise<FullDisk> {
  const mount = place.path('small');
  mkdirSync(mount);
  const environment = { GECIT_DATA_DIR: mount, GECIT_LOGS_DIR: join(mount, 'logs') };
  const through = [...OWN_MOUNTS, 'sh', '-c', ON_MOUNT, mount, place.path('data')];
  const gateway = await place.serve({ through, environment });
  const pid = String(gateway.pid);
  const ballast = join('/proc', pid, 'root', mount, 'ballast');
  return {
    gateway,
    beside: {
      through: ['nsenter', '-t', pid, '-m', ...USERS, '--preserve-credentials'],
      environment,
    },
    fill: () => {
      fillUp(ballast);
    },
    free: () => {
      rmSync(ballast);
    },
  };
}

/** Writes until the operating system refuses. */
function fillUp(file: string): void {
  const opened = openSync(file, constants.O_CREAT | constants.O_WRONLY | constants.O_APPEND);
  try {
    for (;;) writeSync(opened, Buffer.alloc(4096));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
  } finally {
    closeSync(opened);
  }
}

/** Whether this process may mount in a namespace of its own. */
function mayMount(): boolean {
  if (process.platform !== 'linux') return false;
  const [program, ...args] = OWN_MOUNTS;
  const mount = ['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', '/tmp'];
  return spawnSync(program, [...args, ...mount], { timeout: 10_000 }).status === 0;
}
