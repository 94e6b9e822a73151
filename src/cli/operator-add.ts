import { readFileSync } from 'node:fs';
import { type Command } from 'commander';
import { createOperatorKey, normalisePublicKey } from '../identity/operator-key.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError, UsageError } from './command-error.ts';
import { checkId } from './identifier.ts';
import { actingOperator, perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { reportAct } from './report-act.ts';
import { tell } from './shell.ts';

interface Options extends SigningOptions {
  readonly name: string;
  readonly publicKey?: string;
  readonly create?: string;
}

export function registerOperatorAdd(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'add <operator>',
    summary: { tr: 'bir operatör kaydeder', en: 'registers an operator' },
    examples: [
      'operator add ayse.demir --name "Ayşe Demir" --public-key ayse.pub',
      'operator add ayse.demir --name "Ayşe Demir" --create /media/ayse/operator.key',
    ],
  })
    .requiredOption('--name <name>', tell(shell, { tr: 'adı soyadı', en: 'full name' }))
    .option(
      '--public-key <file>',
      tell(shell, { tr: 'Ed25519 açık anahtarı (PEM)', en: 'Ed25519 public key (PEM)' }),
    )
    .option(
      '--create <file>',
      tell(shell, {
        tr: 'yeni bir kişisel anahtar yapıp bu dosyaya yazar',
        en: 'makes a new personal key in this file',
      }),
    );
  does<Options>(signedBy(command, context), context, async (options, [id = '']) =>
    withAdministration(context, async (administration) => {
      checkId(id);
      if ((options.publicKey === undefined) === (options.create === undefined)) throw new UsageError(ONE_KEY);
      const operators = await administration.operators();
      if (operators.some((operator) => operator.id === id)) throw new RefusedError(KNOWN);
      await actingOperator(context, administration, options);
      const publicKey = publicKeyOf(options);
      if (operators.some((operator) => operator.publicKey.trim() === publicKey.trim()))
        throw new RefusedError(KNOWN_KEY);
      const operator = {
        id,
        name: options.name,
        publicKey,
        addedAt: context.ports.clock.now(),
        endedAt: null,
      };
      const receipt = await perform(context, administration, options, {
        action: 'operator.add',
        details: { operator: id, name: options.name, publicKey },
        changes: [{ kind: 'add-operator', operator }],
      });
      return reportAct(shell, options, receipt, {
        tr: `${id} operatör oldu.`,
        en: `${id} is now an operator.`,
      });
    }),
  );
}

function publicKeyOf({ publicKey, create }: Options): string {
  if (create !== undefined) return createOperatorKey(create).publicKey;
  try {
    return normalisePublicKey(readFileSync(publicKey ?? '', 'utf8'));
  } catch {
    throw new UsageError(NOT_PUBLIC);
  }
}

const ONE_KEY = {
  tr: '--public-key ile --create seçeneklerinden yalnızca birini verin.',
  en: 'Give either --public-key or --create.',
};
const NOT_PUBLIC = {
  tr: 'Dosya okunamıyor ya da bir Ed25519 açık anahtarı (PEM) değil. openssl pkey -pubout çıktısını verin.',
  en: 'The file cannot be read or is not an Ed25519 public key (PEM). Give the output of openssl pkey -pubout.',
};
const KNOWN = {
  tr: 'Bu kimlikte bir operatör zaten kayıtlı. Başka bir kimlik seçin.',
  en: 'An operator with this id is registered already. Choose another id.',
};
const KNOWN_KEY = {
  tr: 'Bu anahtar başka bir operatöre ait. Her kişinin kendi anahtarı olmalı.',
  en: 'This key belongs to another operator. Each person needs a key of their own.',
};
