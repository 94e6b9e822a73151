import { type Command } from 'commander';
import { type LeafFacts } from '../audit/leaf.ts';
import {
  type ActionName,
  type ActReceipt,
  type ActStatement,
  type Administration,
  type SignedAct,
} from '../gateway/administration.ts';
import { type RegisterChange } from '../gateway/register-change.ts';
import { loadOperatorKey, type OperatorKey, signBytes } from '../identity/operator-key.ts';
import { type Operator } from '../identity/operator.ts';
import { canonicalJson } from '../shared/canonical-json.ts';
import { type CommandContext } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { type ExitCode, tell } from './shell.ts';

export interface SigningOptions {
  readonly operatorKey?: string;
}

/** Adds the option that names the key of whoever gives the command. */
export function signedBy(command: Command, { shell }: CommandContext): Command {
  return command.option(
    '--operator-key <file>',
    tell(shell, {
      tr: 'kişisel anahtarınız (yoksa GECIT_OPERATOR_KEY, o da yoksa kendi ayar klasörünüz)',
      en: 'your personal key (else GECIT_OPERATOR_KEY, else your own configuration folder)',
    }),
  );
}

export interface Act {
  readonly action: ActionName;
  readonly details: ActStatement['details'];
  readonly changes?: readonly RegisterChange[];
  /** What the leaf itself states: never anything of a person. */
  readonly facts?: LeafFacts;
}

/**
 * Signs an act with the operator's key and has it recorded, together with its changes.
 * @throws RefusedError when the key belongs to no operator who may act; FaultsError when the key cannot be read
 */
export async function perform(
  context: CommandContext,
  administration: Administration,
  options: SigningOptions,
  act: Act,
): Promise<ActReceipt> {
  const { key, operator } = await actingOperator(context, administration, options);
  const at = new Date(context.ports.clock.now()).toISOString();
  const statement = { action: act.action, at, operator: operator.id, details: act.details };
  return administration.perform(signAct(statement, key), act.changes ?? [], act.facts);
}

/** Who gives the command, by the key; thrown as `perform` does, before anything is prepared for the act. */
export async function actingOperator(
  { ports }: CommandContext,
  administration: Administration,
  options: SigningOptions,
): Promise<{ readonly key: OperatorKey; readonly operator: Operator }> {
  const key = loadOperatorKey(options.operatorKey ?? ports.place().operatorKey);
  const operators = await administration.operators();
  const operator = operators.find(
    (one) => one.publicKey.trim() === key.publicKey.trim() && one.endedAt === null,
  );
  if (operator === undefined) throw new RefusedError(UNKNOWN_KEY);
  return { key, operator };
}

export function signAct(statement: ActStatement, key: OperatorKey): SignedAct {
  return { statement, signature: signBytes(Buffer.from(canonicalJson(statement), 'utf8'), key) };
}

/** Opens registers and log for the command and closes them whatever happens. */
export async function withAdministration(
  { ports }: CommandContext,
  work: (administration: Administration) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (!(await ports.isInitialised())) throw new UsageError(NO_LOG);
  const administration = await ports.openAdministration();
  try {
    return await work(administration);
  } finally {
    await administration.close();
  }
}

const UNKNOWN_KEY = {
  tr: 'Bu anahtar görevi süren bir operatöre ait değil. Kayıtlı anahtarınızı --operator-key ile gösterin.',
  en: 'This key belongs to no operator who may act. Name your registered key with --operator-key.',
};

/** Said by every command that needs a log. */
export const NO_LOG = {
  tr: 'Burada henüz bir günlük yok. Önce gecit init çalıştırın ya da GECIT_DATA_DIR değerini denetleyin.',
  en: 'There is no log here yet. Run gecit init first, or check GECIT_DATA_DIR.',
};
