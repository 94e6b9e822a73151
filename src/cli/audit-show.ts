import { type Command } from 'commander';
import { type LogReader, type SealedPart, type StoredLeaf } from '../audit/audit-log.ts';
import { type KeyVault } from '../audit/key-vault.ts';
import { decodeLeaf, type Leaf } from '../audit/leaf.ts';
import { openPersonal } from '../audit/open-personal.ts';
import { mayBeDestroyed } from '../audit/retention.ts';
import { type Administration } from '../gateway/administration.ts';
import { type Sentence } from '../shared/problem.ts';
import { addCommand, type CommandContext, does } from './command.ts';
import { RefusedError } from './command-error.ts';
import { leafText } from './leaf-text.ts';
import { perform, signedBy, type SigningOptions, withAdministration } from './perform.ts';
import { outJson, outLines, type Shell, tell } from './shell.ts';

/** The personal part of a record, or why it cannot be read any more. */
type Opened = { readonly content: unknown; readonly opening: string | null } | { readonly gone: Gone };

/** `part-missing` and `keys-missing`: gone before the end of the retention. */
type Gone = 'none' | 'destroyed' | 'part-missing' | 'keys-missing';

export function registerAuditShow(group: Command, context: CommandContext): void {
  const { shell } = context;
  const command = addCommand(group, context, {
    usage: 'show <queryId>',
    summary: {
      tr: 'bir kaydı açar; okuma da kaydedilir',
      en: 'opens one record; the reading is itself recorded',
    },
    examples: ['audit show 01980f3e-7a3c-7c1e-9d0a-2f6a1b2c3d4e'],
  });
  does<SigningOptions>(signedBy(command, context), context, async (options, [queryId = '']) =>
    withAdministration(context, async (administration) => {
      const { log, stored } = find(administration, queryId);
      // Nothing is shown before the record of the reading is durable.
      const reading = await perform(context, administration, options, {
        action: 'audit.show',
        details: { queryId },
      });
      const leaf = decodeLeaf(stored.bytes);
      const opened = open({ log, vault: administration.vault }, stored, leaf, context.ports.clock.now());
      const { origin } = log.head();
      const { index } = stored;
      if (options.json === true) outJson(shell, { origin, index, leaf, personal: opened, reading });
      else print(shell, stored, leaf, opened);
      return 'gone' in opened && MISSING.has(opened.gone) ? 3 : 0;
    }),
  );
}

/** Looks in every log of the node: a record stays in the log of its year. */
function find(
  administration: Administration,
  queryId: string,
): { readonly log: LogReader; readonly stored: StoredLeaf } {
  for (const log of administration.logs()) {
    const stored = log.leafOf(queryId);
    if (stored !== undefined) return { log, stored };
  }
  throw new RefusedError(UNKNOWN);
}

function open(
  { log, vault }: { readonly log: LogReader; readonly vault: KeyVault },
  { index, queryId }: StoredLeaf,
  leaf: Leaf,
  now: number,
): Opened {
  if (leaf.kid === null || leaf.personal === null) return { gone: 'none' };
  const sealed: SealedPart | undefined = log.sealedPart(index);
  const keys = vault.find(leaf.kid);
  if (sealed === undefined || keys === undefined) {
    if (mayBeDestroyed(leaf, now)) return { gone: 'destroyed' };
    return { gone: sealed === undefined ? 'part-missing' : 'keys-missing' };
  }
  const { content, opening } = openPersonal(keys, queryId, Buffer.from(leaf.personal, 'base64'), sealed);
  return { content, opening: opening === null ? null : opening.toString('base64') };
}

function print(shell: Shell, { index }: StoredLeaf, leaf: Leaf, opened: Opened): void {
  const { bold, yellow } = shell.colours;
  shell.out(bold(tell(shell, { tr: `Kayıt #${String(index)}`, en: `Record #${String(index)}` })));
  outLines(shell, leafText(shell, leaf));
  shell.out(bold(tell(shell, { tr: 'Kişisel bölüm', en: 'Personal part' })));
  if ('gone' in opened) shell.out(`  ${yellow(tell(shell, GONE[opened.gone]))}`);
  else for (const line of JSON.stringify(opened.content, null, 2).split('\n')) shell.out(`  ${line}`);
}

const MISSING: ReadonlySet<Gone> = new Set<Gone>(['part-missing', 'keys-missing']);

const GONE: Readonly<Record<Gone, Sentence>> = {
  none: { tr: 'Bu kaydın kişisel bölümü yok.', en: 'This record has no personal part.' },
  destroyed: {
    tr: 'Saklama süresi doldu; kişisel bölüm yok edildi.',
    en: 'Its retention has ended; the personal part was destroyed.',
  },
  'part-missing': {
    tr: 'Kişisel bölüm EKSİK: saklama süresi dolmadan silinmiş. Veritabanını yedekten geri yükleyin.',
    en: 'The personal part is MISSING: it was deleted before its retention ended. Restore the database from a backup.',
  },
  'keys-missing': {
    tr: 'Kişisel bölümün anahtarı EKSİK: saklama süresi dolmadan kaybolmuş. Anahtar dosyasını ayrı yedeğinden geri yükleyin.',
    en: 'The personal part is there but its key is MISSING before its retention ended. Restore the key file from its separate backup.',
  },
};
const UNKNOWN = {
  tr: 'Bu kimlikte bir kayıt yok. Yanıttaki queryId değerini verin.',
  en: 'There is no record with this id. Give the queryId of the answer.',
};
