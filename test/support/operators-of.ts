import { dirname, join } from 'node:path';
import colours from 'picocolors';
import { type CommandPorts } from '../../src/cli/command-ports.ts';
import { type Register, runProgram } from '../../src/cli/program.ts';
import { type SignedAct } from '../../src/gateway/administration.ts';
import { loadOperatorKey, signBytes } from '../../src/identity/operator-key.ts';
import { type Settings } from '../../src/settings/settings.ts';
import { canonicalJson } from '../../src/shared/canonical-json.ts';
import { openAdministration } from '../../src/open-administration.ts';
import { type Spoken } from './command-line.ts';
import { type SetClock } from './set-clock.ts';

const never = async (): Promise<never> => Promise.reject(new Error('not in this test'));

/** Commands that need nobody's key. */
const READS: ReadonlySet<string> = new Set(['list', 'show']);

/** The command line of operators over the real registers, log and keys of a test gateway. */
export class OperatorsOf {
  readonly settings: Settings;
  readonly #clock: SetClock;
  readonly #own: Partial<CommandPorts>;
  readonly #more: readonly Register[];

  /**
   * @param own ports that commands of this place need besides
   * @param more commands that need more than ports
   */
  constructor(
    settings: Settings,
    clock: SetClock,
    own: Partial<CommandPorts> = {},
    more: readonly Register[] = [],
  ) {
    this.settings = settings;
    this.#clock = clock;
    this.#own = own;
    this.#more = more;
  }

  keyOf(operator: string): string {
    return operator === 'test-operator'
      ? this.settings.operatorKey
      : join(dirname(this.settings.operatorKey), `${operator}.key`);
  }

  /** Says `gecit <args>` with the key of this operator. */
  async say(operator: string, ...args: readonly string[]): Promise<Spoken> {
    const out: string[] = [];
    const err: string[] = [];
    const key =
      READS.has(args[2] ?? '') || args[1] === 'check' ? [] : ['--operator-key', this.keyOf(operator)];
    const code = await runProgram(
      [...args, ...key],
      {
        shell: {
          language: 'en',
          colours: colours.createColors(false),
          out: (line) => void out.push(line),
          err: (line) => void err.push(line),
          progress: () => undefined,
          readSecret: async () => Promise.resolve(''),
        },
        ports: this.#ports(),
        version: '1.2.3',
      },
      this.#more,
    );
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  /** An act signed as the command line signs it. @param name under which the key acts */
  act(
    operator: string,
    action: SignedAct['statement']['action'],
    details: Record<string, string>,
    name: string = operator,
  ): SignedAct {
    const key = loadOperatorKey(this.keyOf(operator));
    const statement = { action, at: new Date(this.#clock.now()).toISOString(), operator: name, details };
    return { statement, signature: signBytes(Buffer.from(canonicalJson(statement), 'utf8'), key) };
  }

  /** Plans all that is due. @returns id of the plan */
  async plan(operator = 'test-operator'): Promise<string> {
    const { out } = await this.say(operator, 'audit', 'destroy', 'plan', '--json');
    return (JSON.parse(out) as { plan: { id: string } }).plan.id;
  }

  #ports(): CommandPorts {
    return {
      clock: this.#clock,
      place: () => this.settings,
      openAdministration: async () => openAdministration(this.settings, this.#clock),
      openEvidence: never,
      openLogs: never,
      isInitialised: async () => Promise.resolve(true),
      initialise: never,
      startGateway: never,
      openSealing: never,
      stepAside: () => undefined,
      openWitnessDesk: never,
      checkSources: never,
      ...this.#own,
    };
  }
}
