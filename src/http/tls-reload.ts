import { statSync } from 'node:fs';
import { type Clock } from '../shared/clock.ts';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { type Logger } from '../shared/logger.ts';
import { readTlsFiles, type TlsMaterial, type TlsPaths } from './tls-files.ts';

const LOOK_MILLISECONDS = 5_000;

export interface TlsReloadParts {
  readonly paths: TlsPaths;
  /** What the listener began with. */
  readonly first: TlsMaterial;
  /** Goes on with what was renewed, without closing a connection. */
  readonly renew: (material: TlsMaterial) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How the files of the listener stand. Times are epoch milliseconds. */
export interface TlsState {
  /** Since when those in force are. */
  readonly since: number;
  readonly certificateUntil: number;
  /** When the first list of revoked certificates is overdue; null where none are kept. */
  readonly listsUntil: number | null;
  /** Codes of what is wrong with newer files, which are not in force. */
  readonly refused: readonly string[];
}

/**
 * Renews certificate, key, client CA and lists of revoked certificates while the listener runs: when they change on the disk,
 * and when it is told to. Files are looked at by path every five seconds, so that a link that is switched to another folder
 * counts as a change, and are read once they have stayed the same for two looks. Files at fault leave what is in force.
 */
export class TlsReload {
  readonly #parts: TlsReloadParts;
  #material: TlsMaterial;
  #since: number;
  #refused: readonly string[] = [];
  /** What the files looked like at the last look, and when they were last read. */
  #seen: string;
  #read: string;
  #overdueTold = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: TlsReloadParts) {
    this.#parts = parts;
    this.#material = parts.first;
    this.#since = parts.clock.now();
    this.#seen = this.#read = looksOf(parts.paths);
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.look();
    }, LOOK_MILLISECONDS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Reads the files again where they have changed and come to rest. Never throws. */
  look(): void {
    const before = this.#seen;
    this.#seen = looksOf(this.#parts.paths);
    if (this.#seen !== this.#read && this.#seen === before) this.reload();
    this.#tellOverdue();
  }

  /** Reads the files again at once. Never throws. */
  reload(): void {
    const { paths, clock, logger, renew } = this.#parts;
    // Taken before the files are read: a change in between is seen at the next look.
    this.#seen = this.#read = looksOf(paths);
    try {
      const material = readTlsFiles(paths, clock);
      this.#requireNewer(material);
      renew(material);
      this.#material = material;
    } catch (thrown) {
      this.#refuse(thrown);
      return;
    }
    this.#since = clock.now();
    this.#refused = [];
    this.#overdueTold = false;
    logger.info(
      'tls.files-renewed: the files of the partner listener were read again and are in force',
      endsOf(this.state()),
    );
  }

  state(): TlsState {
    const { trust, validUntil } = this.#material;
    return {
      since: this.#since,
      certificateUntil: validUntil,
      listsUntil: trust.listsUntil,
      refused: this.#refused,
    };
  }

  /** Whether partners can be let in: the server's certificate holds, and so do the lists of revoked ones. */
  current(): boolean {
    const now = this.#parts.clock.now();
    const { certificateUntil, listsUntil } = this.state();
    return certificateUntil > now && (listsUntil ?? Infinity) > now;
  }

  /** An older list is signed as well, and would take revocations back. */
  #requireNewer({ trust }: TlsMaterial): void {
    if (this.#material.trust.isNewerThan(trust))
      throw new FaultsError([olderList(this.#parts.paths.crl ?? '')]);
  }

  #refuse(thrown: unknown): void {
    const faults = thrown instanceof FaultsError ? thrown.faults : [];
    this.#refused = faults.length > 0 ? faults.map(({ code }) => code) : ['TLS_FILES_REFUSED'];
    this.#parts.logger.error(
      'tls.files-refused: changed files of the partner listener are at fault; those before stay in force',
      { codes: this.#refused, cause: thrown },
    );
  }

  #tellOverdue(): void {
    if (this.#overdueTold || this.current()) return;
    this.#overdueTold = true;
    this.#parts.logger.error(
      "tls.files-overdue: the server's certificate has ended or a list of revoked certificates is overdue; partners are not let in",
      endsOf(this.state()),
    );
  }
}

/** Changes whenever one of the files does, or the link to it. */
function looksOf({ certificate, key, clientCa, crl }: TlsPaths): string {
  const files = [certificate, key, clientCa, ...(crl === null ? [] : [crl])];
  return files.map(lookOf).join('\n');
}

function lookOf(file: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
  }
}

function olderList(file: string): Fault {
  return {
    code: 'TLS_CRL_OLDER',
    file,
    line: 0,
    key: 'partner.crl',
    message: {
      tr: 'liste yürürlükteki listeden daha eski',
      en: 'the list is older than the one in force',
    },
    remedy: {
      tr: 'Makamın en yeni iptal listesini koyun.',
      en: "Put the authority's newest list in place.",
    },
  };
}

function endsOf({ certificateUntil, listsUntil }: TlsState): Readonly<Record<string, string | null>> {
  return {
    certificateUntil: new Date(certificateUntil).toISOString(),
    listsUntil: listsUntil === null ? null : new Date(listsUntil).toISOString(),
  };
}
