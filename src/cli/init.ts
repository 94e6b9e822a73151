import { existsSync } from 'node:fs';
import { type Command } from 'commander';
import { createOperatorKey, loadOperatorKey } from '../identity/operator-key.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { checkId } from './identifier.ts';
import { signAct } from './perform.ts';
import { preflight } from './preflight.ts';
import { outJson, tell } from './shell.ts';
import { startFault } from './start-fault.ts';

interface Options {
  readonly operator?: string;
  readonly name?: string;
  readonly key?: string;
}

export function registerInit(program: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(program, context, {
    usage: 'init',
    summary: {
      tr: 'veritabanını, günlüğü, anahtarları ve ilk operatörü oluşturur',
      en: 'creates database, log, keys and the first operator',
    },
    examples: ['init', 'init --operator ayse.demir --name "Ayşe Demir" --key /media/ayse/operator.key'],
  })
    .option('--operator <id>', tell(shell, { tr: 'ilk operatörün kimliği', en: "the first operator's id" }))
    .option(
      '--name <name>',
      tell(shell, { tr: 'ilk operatörün adı soyadı', en: "the first operator's full name" }),
    )
    .option(
      '--key <file>',
      tell(shell, {
        tr: 'kişisel anahtar; dosya yoksa oluşturulur (yoksa GECIT_OPERATOR_KEY)',
        en: 'the personal key; made if the file is missing (else GECIT_OPERATOR_KEY)',
      }),
    );
  does<Options>(command, context, async (options) => {
    const { origin, key } = await initialiseGateway(context, options);
    if (options.json === true) outJson(shell, { origin, key });
    else
      shell.out(
        tell(shell, {
          tr: `Hazır. Günlük ${origin}; anahtar ${key}`,
          en: `Done. The log is ${origin}; the key is ${key}`,
        }),
      );
    return 0;
  });
}

/**
 * Creates everything that a new gateway needs; the first operator's key signs the log's first act.
 * @throws RefusedError when a log exists; UsageError when, outside the demo realm, no operator is named
 */
export async function initialiseGateway(
  context: CommandContext,
  options: Options,
): Promise<{ readonly origin: string; readonly key: string }> {
  const { ports } = context;
  const place = ports.place();
  preflight(place, ports.clock);
  if (await ports.isInitialised()) throw new RefusedError(EXISTS);
  const { id, name } = firstOperator(options, place.realm === 'demo');
  const file = options.key ?? place.operatorKey;
  const key = existsSync(file) ? loadOperatorKey(file) : createOperatorKey(file);
  const operator = { id, name, publicKey: key.publicKey, addedAt: ports.clock.now(), endedAt: null };
  try {
    const { origin } = await ports.initialise({ operator, sign: (statement) => signAct(statement, key) });
    return { origin, key: file };
  } catch (thrown) {
    throw startFault(thrown);
  }
}

function firstOperator({ operator, name }: Options, demo: boolean): { id: string; name: string } {
  const id = operator ?? (demo ? 'demo' : undefined);
  const named = name ?? (demo ? 'Deneme Operatörü' : undefined);
  if (id === undefined || named === undefined) throw new UsageError(WHO);
  checkId(id);
  return { id, name: named };
}

const EXISTS = {
  tr: 'Burada zaten bir günlük var; üzerine yazılmaz. Başka bir geçit için başka bir GECIT_DATA_DIR seçin.',
  en: 'A log exists here already and is never overwritten. For another gateway choose another GECIT_DATA_DIR.',
};
const WHO = {
  tr: 'İlk operatörü --operator ve --name ile belirtin.',
  en: 'Name the first operator with --operator and --name.',
};
