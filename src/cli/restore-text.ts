import { type ActReceipt } from '../gateway/administration.ts';
import { countLost, lostText } from '../backup/lost-records.ts';
import { type Sentence } from '../shared/problem.ts';
import { type StagedRestore } from './backup-desk.ts';
import { type Shell, tell } from './shell.ts';
import { verdictText } from './verify-text.ts';

/** What a restore left on record. */
export interface Recorded {
  readonly receipt: ActReceipt;
  /** The log that follows and its key, where the restored one was closed. */
  readonly next: { readonly origin: string; readonly vkey: string } | null;
}

/** What a person reads of a restore that is done: what came back, what did not, and what to do next. */
export function restoredText(
  shell: Shell,
  staged: StagedRestore,
  { receipt, next }: Recorded,
  aside: string | null,
): string[] {
  const { manifest, report, lost, witnesses, keysErased, keysMissing, agreementsDiffer } = staged;
  const line = (what: Sentence, text: string): string => `  ${tell(shell, what)}: ${text}`;
  const list = (what: Sentence, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [line(what, names.join(', '))];
  return [
    `${shell.colours.bold(tell(shell, RESTORED))}  ${manifest.id}, ${manifest.startedAt}`,
    `  ${verdictText(shell, report.verdict)}`,
    ...manifest.logs.map(({ origin, size }) => `  ${origin}: ${String(size)}`),
    ...(lost.length === 0 ? [] : [line(LOST, `${String(countLost(lost))} – ${lostText(lost)}`)]),
    ...witnesses.map(({ witness, size, fault }) =>
      line(WITNESS, `${witness} ${fault ?? (size === null ? '-' : String(size))}`),
    ),
    ...list(ERASED, keysErased),
    ...list(MISSING, keysMissing ?? []),
    ...list(DIFFER, agreementsDiffer),
    ...(aside === null ? [] : [line(ASIDE, aside)]),
    line(RECORD, `${receipt.origin} #${String(receipt.index)}`),
    next === null ? `  ${tell(shell, CONTINUED)}` : line(NEXT, `${next.origin}, ${next.vkey}`),
    `  ${tell(shell, WHAT_NEXT)}`,
  ];
}

export function restoredJson(
  staged: StagedRestore,
  { receipt, next }: Recorded,
  aside: string | null,
): object {
  const { manifest, report, lost, witnesses, keysErased, keysMissing, agreementsDiffer } = staged;
  const { id, startedAt, logs } = manifest;
  return {
    backup: id,
    madeAt: startedAt,
    logs,
    verdict: report.verdict,
    lost,
    lostRecords: countLost(lost),
    witnesses,
    keysErased,
    keysMissing,
    agreementsDiffer,
    aside,
    record: receipt,
    next,
  };
}

const RESTORED = { tr: 'YERİNE KONDU', en: 'RESTORED' };
const LOST = { tr: 'kaybolan kayıtlar', en: 'records lost' };
const WITNESS = { tr: 'tanığın bildiği boy', en: 'size known to the witness' };
const ERASED = {
  tr: 'daha önce yok edilmişti, yeniden yok edildi',
  en: 'was destroyed before, and is destroyed again',
};
const MISSING = {
  tr: 'eksik anahtarlar (bunlarla kapatılanlar açılamaz)',
  en: 'missing keys (what they sealed cannot be opened)',
};
const DIFFER = {
  tr: 'yedektekinden farklı protokol dosyaları (yerdekiler duruyor)',
  en: 'agreement files that differ from the backup (those of the place stay)',
};
const ASIDE = { tr: 'eskisi burada', en: 'the old one is in' };
const RECORD = { tr: 'kayıt', en: 'record' };
const NEXT = { tr: 'yeni günlük ve anahtarı', en: 'the new log and its key' };
const CONTINUED = {
  tr: 'Günlük kaldığı yerden sürüyor.',
  en: 'The log goes on where it was.',
};
const WHAT_NEXT = {
  tr: 'Şimdi: gecit audit verify, gecit doctor, sonra gecit serve. Yeni anahtarı ve kaybolanı kurumlara, tanıklara ve denetçilere bildirin; tanıklık ettiğiniz günlükler için gecit audit witness.',
  en: 'Now: gecit audit verify, gecit doctor, then gecit serve. Tell agencies, witnesses and auditors the new key and what was lost; for the logs that you cosign see gecit audit witness.',
};
