import { type Verdict } from '../../src/audit/verify/findings.ts';
import { type LogVerdict } from '../support/year/year-auditor.ts';
import { type YearOutcome } from './year-rounds.ts';

type Row = readonly [log: string, kept: LogVerdict['kept'], verdict: Verdict, ...codes: string[]];

/**
 * What is right to say of each log. The key of the log that follows a restore rests on its own word, since nobody signs the
 * end of the log before it; the tail of the newest log is the record that its parts were opened.
 */
export const RIGHT: readonly Row[] = [
  ['2026', 'database', 'sound'],
  ['2026-2', 'database', 'incomplete', 'cut-by-restore', 'given-cut', 'tail-unsigned'],
  ['2026-3', 'database', 'sound', 'key-not-pinned'],
  ['2027', 'database', 'sound', 'key-not-pinned', 'tail-unsigned'],
  ['2026', 'folder', 'sound'],
  ['2026-2', 'folder', 'incomplete', 'cut-by-restore', 'given-not-sealed'],
  ['2026-3', 'folder', 'sound', 'key-not-pinned'],
  ['2027', 'folder', 'sound', 'key-not-pinned'],
];

/** The same of the evidence folder alone, with which a checkpoint of what was never sealed cannot be compared. */
export const RIGHT_OF_FOLDER: readonly Row[] = RIGHT.filter(([, kept]) => kept === 'folder').map(
  ([log, kept, verdict, ...codes]) => [
    log,
    kept,
    verdict,
    ...codes.map((code) => (code === 'given-not-sealed' ? 'given-beyond-seal' : code)),
  ],
);

/** Months whose records are past their two months at the last destruction of the year. */
export const DESTROYED: readonly string[] = Array.from(
  { length: 9 },
  (_, month) => `access-p2m-2026-${String(month + 3).padStart(2, '0')}`,
);

/** What a healthy year logs besides: a refusal, a destruction that was done again, a witness who has to learn a new key. */
const LOGGED = ['destruction.parts-deleted', 'request.not-served', 'witness.not-cosigned'];

export function rowsOf(verdicts: readonly LogVerdict[]): Row[] {
  return verdicts.map(({ log, kept, verdict, codes }) => [log, kept, verdict, ...codes]);
}

/** The verdicts over a copy with one changed leaf: tampered in its log alone, at its index; elsewhere as they were. */
export function rightOfChanged({
  all,
  changed,
}: YearOutcome): readonly [string, string, Verdict, number | null][] {
  return all.map(({ log, kept, verdict, firstBadIndex }) =>
    kept === 'database' && log === changed.log
      ? [log, kept, 'tampered', changed.index]
      : [log, kept, verdict, firstBadIndex],
  );
}

/** Every way in which a year did not end as it must; nothing where all is right. */
export function wrongOf(year: YearOutcome): string[] {
  const { figures, records, forged, restored, changed } = year;
  const { answered } = figures;
  const opened = year.opened.reduce((sum, one) => sum + (one?.opened ?? 0), 0);
  const withoutKeys = year.opened.reduce((sum, one) => sum + (one?.withoutKeys ?? 0), 0);
  const changedRows = changed.verdicts.map(({ log, kept, verdict, firstBadIndex }) => [log, kept, verdict, firstBadIndex]); // prettier-ignore
  const checks: readonly (readonly [sentence: string, seen: unknown, right: unknown])[] = [
    ['the verdicts from database and folder', rowsOf(year.all), RIGHT],
    ['the verdicts from the folder alone', rowsOf(year.folderAlone), RIGHT_OF_FOLDER],
    ['the verdicts over the changed copy', changedRows, rightOfChanged(year)],
    ['the last day of the term', year.lastDayOfTerm, ['answered', 'answered']],
    ['the day after the term', year.dayAfterTerm, ['answered', 'AGREEMENT_NOT_IN_FORCE']],
    [
      'the forger against a checkpoint that was kept',
      forged.withKept.map(({ verdict }) => verdict),
      ['tampered'],
    ],
    ['the forger before the witness', forged.witness, 'disputed'],
    ['the start from the backup', restored.refusedWith, 'LOG_ROLLED_BACK'],
    ['keys that the backup brought back', restored.broughtBack, ['access-p2m-2026-09.json']],
    ['those of them that were left', restored.left, []],
    ['the proof of an answer from before the backup', restored.receipt, 'RECEIPT_SOUND'],
    ['months that were destroyed', records.destroyed, DESTROYED],
    ['destroyed keys that are there', records.destroyedWithKeys, []],
    ['parts that are gone without a record', records.partsUnexplained, 0],
    ['parts that the verifier misses', year.missingParts, 0],
    ['parts that were opened', opened, records.partsThere],
    ['parts without keys', withoutKeys, 0],
    ['answers on record', records.byType['disclosure'], answered - restored.lostAnswers],
    ['days with a stamp', figures.stamps, figures.days],
    ['days with a quorum of witnesses', figures.cosigned, figures.days],
    // Two days were sealed for two logs: the one of the compromise, and New Year.
    ['sealed days', figures.seals, figures.days + 2],
    ['alarms', figures.alarms, []],
    ['errors and warnings', year.logged.filter((event) => !LOGGED.includes(event)), []],
  ];
  return checks
    .map(([what, seen, right]) => [what, JSON.stringify(seen), JSON.stringify(right)] as const)
    .filter(([, seen, right]) => seen !== right)
    .map(([what, seen, right]) => `${what}: ${seen} instead of ${right}`);
}
