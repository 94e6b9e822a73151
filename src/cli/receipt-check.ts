import { type Command } from 'commander';
import { checkReceipt } from '../audit/check-receipt.ts';
import { MAX_NOTE_BYTES } from '../audit/note/strict-text.ts';
import { type NoteKey } from '../audit/note/note-key.ts';
import { type WitnessPolicy } from '../audit/note/witness-policy.ts';
import { MAX_ANSWER } from '../audit/receipt-answer.ts';
import { type ReceiptReport } from '../audit/receipt-report.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { UsageError } from './command-error.ts';
import { readInput, readKeys, readPolicy } from './evidence-input.ts';
import { receiptText } from './receipt-text.ts';
import { type ExitCode, outJson, outLines, tell } from './shell.ts';

interface ReceiptOptions {
  readonly proof: string;
  readonly key?: readonly string[];
  readonly policy?: string;
}

const EXIT: Readonly<Record<ReceiptReport['verdict'], ExitCode>> = {
  sound: 0,
  'not-sound': 1,
  incomplete: 3,
};

/** For partners: needs no gateway, no settings and no network. */
export function registerReceiptCheck(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'check <answer.json>',
    summary: {
      tr: 'bir yanıtın günlükteki kayıtla birebir aynı olduğunu çevrimdışı kanıtlar',
      en: 'proves offline that an answer is exactly the one that the log recorded',
    },
    examples: [
      'receipt check answer.json --proof answer.tlog-proof --key keys.vkey',
      'receipt check answer.json --proof answer.tlog-proof --policy witness.policy --json',
    ],
  });
  command.requiredOption('--proof <file>', tell(shell, PROOF));
  command.option('--key <key>', tell(shell, KEY), collect);
  command.option('--policy <file>', tell(shell, POLICY));
  does<ReceiptOptions>(command, context, async (options, [file = '']) => {
    const policy = options.policy === undefined ? undefined : readPolicy(options.policy);
    const keys = trustedKeys(options.key, policy);
    const answer = readInput(file, MAX_ANSWER).toString('utf8');
    const proof = readInput(options.proof, MAX_NOTE_BYTES);
    const report = checkReceipt({ answer, proof, keys, policy });
    if (options.json === true) outJson(shell, report);
    else outLines(shell, receiptText(shell, report));
    return Promise.resolve(EXIT[report.verdict]);
  });
}

function collect(item: string, before: readonly string[] = []): readonly string[] {
  return [...before, item];
}

/** The keys that were given, or else those of the logs in the policy. */
function trustedKeys(
  given: readonly string[] | undefined,
  policy: WitnessPolicy | undefined,
): readonly NoteKey[] {
  if (given !== undefined) return readKeys(given);
  const logs = policy?.logs ?? [];
  if (logs.length === 0) throw new UsageError(NO_KEY);
  return logs.map(({ key }) => key);
}

const PROOF = { tr: 'sorgunun .tlog-proof dosyası', en: 'the .tlog-proof file of the query' };
const POLICY = {
  tr: 'hangi tanıkların yeteceği (C2SP tlog-policy)',
  en: 'which witnesses suffice (C2SP tlog-policy)',
};
const KEY = {
  tr: 'günlüğün doğrulama anahtarı ya da anahtar dosyası; birden çok verilebilir, verilmezse politikanınki geçerlidir',
  en: 'verifier key of the log or a file of keys; may be given several times, else those of the policy hold',
};
const NO_KEY = {
  tr: 'Güvenilen anahtar yok: --key ile günlüğün anahtarını ya da günlük içeren bir --policy verin.',
  en: 'No key is trusted: give that of the log with --key, or a --policy that names a log.',
};
