import { type Fault, FaultsError } from '../../shared/fault.ts';
import { type DestructionParts } from './destruction-parts.ts';

/**
 * Erasing cannot be undone, and a row of the database is no proof: a kid whose keys or parts would be erased must be named
 * by the `keydestroy` leaf that its row refers to, or by a certificate that verifies. Kids that nothing is left of are not
 * asked about.
 * @param certified kids of the certificates that verify
 * @throws FaultsError DESTRUCTION_UNPROVEN before anything is erased
 */
export async function requireProven(
  { register, keys, leafOf }: Pick<DestructionParts, 'register' | 'keys' | 'leafOf'>,
  certified: ReadonlySet<string>,
): Promise<void> {
  const rows = await register.destroyed();
  const left = new Set(keys.left(rows.map(({ kid }) => kid)));
  const unproven: string[] = [];
  for (const { kid, emptiedAt, record } of rows) {
    const isAsked = emptiedAt === null || left.has(kid);
    if (isAsked && !certified.has(kid) && (await leafOf(record))?.facts['kid'] !== kid) unproven.push(kid);
  }
  if (unproven.length > 0) throw new FaultsError(unproven.map(unprovenFault));
}

function unprovenFault(kid: string): Fault {
  return {
    code: 'DESTRUCTION_UNPROVEN',
    file: 'destroyed_kid',
    line: 0,
    key: kid,
    message: {
      tr: 'veritabanı bu anahtarları yok edilmiş sayıyor, ama bunu ne bir keydestroy kaydı ne de onaylı bir belge söylüyor; hiçbir şey silinmedi',
      en: 'the database counts these keys as destroyed, but neither a keydestroy record nor an approved certificate says so; nothing was erased',
    },
    remedy: {
      tr: 'Veritabanına yazanı araştırın, "gecit audit verify" çalıştırın ve veritabanının güncel, değiştirilmemiş kopyasını geri yükleyin.',
      en: 'Find out who wrote to the database, run "gecit audit verify", and restore its newest copy that was not changed.',
    },
  };
}
