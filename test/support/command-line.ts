import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import colours from 'picocolors';
import {
  type CommandPorts,
  type FirstOperator,
  type OpenSealing,
  type Place,
  type RunningGateway,
  type SourceCheck,
  type StoredEvidence,
} from '../../src/cli/command-ports.ts';
import { runProgram } from '../../src/cli/program.ts';
import { type WitnessDesk } from '../../src/cli/witness-desk.ts';
import { type ExitCode, type Shell } from '../../src/cli/shell.ts';
import { createOperatorKey } from '../../src/identity/operator-key.ts';
import { FaultsError } from '../../src/shared/fault.ts';
import { anAgreement } from './agreement-builder.ts';
import { FakeAdministration } from './fake-administration.ts';
import { FakeDatabase } from './fake-evidence-store.ts';
import { anOperator, NOON } from './people-builder.ts';
import { SetClock } from './set-clock.ts';
import { standingRows } from './standing-builder.ts';

export interface Spoken {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

const NO_DATABASE = new FaultsError([
  {
    code: 'DATABASE_MISSING',
    file: 'gecit.db',
    line: 0,
    key: '',
    message: { tr: 'veritabanı dosyası yok', en: 'there is no database file' },
    remedy: { tr: 'Yedekten dönün.', en: 'Restore a backup.' },
  },
]);

/**
 * A command line over a fake gateway in a temporary folder: initialised, with one operator whose key stands where the
 * settings say. Ports are plain members, for tests to replace.
 */
export class CommandLine {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'gecit-cli-'));
  readonly clock = new SetClock(NOON);
  readonly database: FakeDatabase;
  readonly administration: FakeAdministration;
  language: 'tr' | 'en' = 'en';
  realm: Place['realm'] = 'demo';
  initialised = true;
  /** What standard input holds. */
  input = '';
  firstOperator: FirstOperator | undefined;
  openAdministration: () => Promise<FakeAdministration> = async () => Promise.resolve(this.administration);
  startGateway: () => Promise<RunningGateway> = async () =>
    Promise.reject(new Error('no gateway in this test'));
  openSealing: () => Promise<OpenSealing> = async () => Promise.reject(NO_DATABASE);
  openWitnessDesk: () => Promise<WitnessDesk> = async () =>
    Promise.reject(new Error('no witnesses in this test'));
  checkSources: () => Promise<readonly SourceCheck[]> = async () => Promise.resolve([]);
  evidence: () => StoredEvidence = () => {
    throw new Error('no evidence in this test');
  };
  place: () => Place = () => this.#place();

  constructor() {
    const { publicKey } = createOperatorKey(this.path('operators/me.key'));
    const operators = [anOperator({ publicKey })];
    this.database = new FakeDatabase({ rows: standingRows(), operators });
    this.administration = new FakeAdministration(this.database, [anAgreement()], this.clock);
    for (const name of ['data', 'certs', 'protocols', 'logs']) mkdirSync(this.path(name));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Says `gecit <args>` and returns what it answered. */
  async say(...args: readonly string[]): Promise<Spoken> {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runProgram(args, {
      shell: this.#shell(out, err),
      ports: this.#ports(),
      version: '1.2.3',
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #shell(out: string[], err: string[]): Shell {
    return {
      language: this.language,
      colours: colours.createColors(false),
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      progress: () => undefined,
      readSecret: async () => Promise.resolve(this.input),
    };
  }

  #ports(): CommandPorts {
    return {
      clock: this.clock,
      place: () => this.place(),
      openAdministration: async () => this.openAdministration(),
      openEvidence: async () =>
        this.initialised ? Promise.resolve(this.evidence()) : Promise.reject(NO_DATABASE),
      stepAside: () => undefined,
      openLogs: async () => Promise.reject(NO_DATABASE),
      openSealing: async () => this.openSealing(),
      isInitialised: async () => Promise.resolve(this.initialised),
      initialise: async (first) => {
        this.firstOperator = first;
        this.initialised = true;
        return Promise.resolve({ origin: this.administration.origin });
      },
      startGateway: async () => this.startGateway(),
      openWitnessDesk: async () => this.openWitnessDesk(),
      checkSources: async () => this.checkSources(),
    };
  }

  #place(): Place {
    return {
      realm: this.realm,
      timeZone: 'Europe/Istanbul',
      folders: {
        data: this.path('data'),
        certs: this.path('certs'),
        protocols: this.path('protocols'),
        logs: this.path('logs'),
      },
      partner: {
        certificate: this.path('certs/server.crt'),
        key: this.path('certs/server.key'),
        clientCa: this.path('certs/ca.crt'),
      },
      databaseUrl: `sqlite:${this.path('data/gecit.db')}`,
      operatorKey: this.path('operators/me.key'),
    };
  }
}
