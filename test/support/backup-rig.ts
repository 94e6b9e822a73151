import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeReport } from '../../src/audit/verify/report.ts';
import { backupCommands } from '../../src/cli/backup.ts';
import { openStoredEvidence } from '../../src/open-stored-evidence.ts';
import { backupDesk } from '../../src/product-backups.ts';
import { evidenceFolder } from '../../src/settings/places.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { verifySources } from '../../src/evidence/verify/verify-sources.ts';
import { type AgePair, agePair } from './archive-rig.ts';
import { type Spoken } from './command-line.ts';
import { OperatorsOf } from './operators-of.ts';
import { ROOT } from './repository.ts';
import { type SetClock } from './set-clock.ts';
import { type TestGateway } from './start-gateway.ts';

/** The command line of the first operator of a gateway, with backups. */
export class BackupLine {
  readonly settings: Settings;
  readonly #line: OperatorsOf;

  constructor(settings: Settings, clock: SetClock) {
    this.settings = settings;
    const file = join(ROOT, 'config', 'gecit.yaml');
    const source = { settings: () => settings, file, environment: { GECIT_REALM: 'test' } };
    const commands = backupCommands(async () => Promise.resolve(backupDesk(source, '1.2.3', clock)));
    this.#line = new OperatorsOf(settings, clock, {}, [commands]);
  }

  async say(...args: readonly string[]): Promise<Spoken> {
    return this.#line.say('test-operator', ...args);
  }

  /** The same with `--json`: what was printed, and the exit code. @throws Error where nothing was */
  async json(...args: readonly string[]): Promise<Record<string, unknown> & { code: number }> {
    const { code, out, err } = await this.say(...args, '--json');
    if (out === '') throw new Error(`${String(code)} ${err}`);
    return { ...(JSON.parse(out) as Record<string, unknown>), code };
  }

  /** Verifies what stands in the place: database and evidence folder. */
  async verify(now: number): Promise<NodeReport> {
    const stored = await openStoredEvidence(this.settings);
    try {
      const folder = stored.folder ?? undefined;
      const terms = { now, keys: [], policy: undefined, trusted: undefined, given: [] };
      return verifySources({ database: stored.database, folder }, terms);
    } finally {
      await stored.close();
    }
  }
}

/** Codes that are no mere notices, of the logs of a report that end so. */
export function codesOf(
  { logs }: NodeReport,
  ending: string,
  kept: 'database' | 'folder' = 'database',
): string[] {
  return logs
    .filter((log) => log.origin.endsWith(ending) && log.kept === kept)
    .flatMap(({ findings }) =>
      findings.filter(({ severity }) => severity !== 'notice').map(({ code }) => code),
    );
}

/** Backups of a gateway, and empty places to restore them in; all of it is removed when it is disposed of. */
export class BackupRig implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'gecit-backup-'));
  readonly line: BackupLine;
  readonly data: AgePair;
  readonly keys: AgePair;
  readonly #gateway: TestGateway;
  #places = 0;

  private constructor(gateway: TestGateway, [data, keys]: readonly [AgePair, AgePair], folder: string) {
    this.folder = folder;
    this.#gateway = gateway;
    this.line = new BackupLine(gateway.settings, gateway.clock);
    this.data = data;
    this.keys = keys;
  }

  static async make(gateway: TestGateway): Promise<BackupRig> {
    const folder = mkdtempSync(join(tmpdir(), 'gecit-backup-'));
    const pairs = [await agePair(folder, 'data'), await agePair(folder, 'keys')] as const;
    return new BackupRig(gateway, pairs, folder);
  }

  /** Makes a backup of data and one of keys in a folder of this name. */
  async backUp(name: string): Promise<BackedUp> {
    const to = join(this.folder, name);
    mkdirSync(to);
    const made = await this.line.json(
      ...['backup', '--to', to, '--recipient', this.data.recipient],
      ...['--keys-to', to, '--keys-recipient', this.keys.recipient],
    );
    const fileOf = (kind: string): string =>
      join(to, readdirSync(to).find((file) => file.includes(`_${kind}_`)) ?? '');
    return { ...made, dataFile: fileOf('data'), keysFile: fileOf('keys') };
  }

  /** Arguments that restore a backup. */
  withIdentities({ dataFile, keysFile }: BackedUp): readonly string[] {
    return [
      dataFile,
      '--identity',
      this.data.identity,
      '--keys',
      keysFile,
      '--keys-identity',
      this.keys.identity,
    ];
  }

  /** Another machine: its own agreements, certificates and settings, and nothing else. @param evidence that it still has */
  place(evidence?: string): BackupLine {
    this.#places += 1;
    const at = join(this.folder, `place-${String(this.#places)}`);
    const { settings, clock } = this.#gateway;
    const data = join(at, 'data');
    const folders = { ...settings.folders, data, keys: join(data, 'keys'), logs: join(at, 'logs') };
    const there = { ...settings, folders, databaseUrl: `sqlite:${join(at, 'data', 'gecit.db')}` };
    if (evidence !== undefined && existsSync(evidence))
      cpSync(evidence, evidenceFolder(there), { recursive: true });
    return new BackupLine(there, clock);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface BackedUp extends Record<string, unknown> {
  readonly code: number;
  readonly dataFile: string;
  readonly keysFile: string;
}
