import { type Checkpoint } from '../note/checkpoint.ts';
import { type Sentence } from '../../shared/problem.ts';

/** The newest checkpoint of a foreign log that this witness cosigned. */
export interface CosignedCheckpoint extends Checkpoint {
  /** The signed note: the log's signature lines, then the witness's. */
  readonly note: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Remembers what was cosigned. What it forgets, a log may deny: see `WitnessStateError`. */
export interface WitnessState {
  /**
   * Undefined where nothing of this log was ever cosigned.
   * @throws WitnessStateError when what is recorded cannot be relied on
   */
  recorded(origin: string): Promise<CosignedCheckpoint | undefined>;
  /**
   * Compare-and-swap: MUST be durable before it resolves with true, and MUST NOT change anything when it resolves with false,
   * because something else than `from` is recorded by now.
   * @throws WitnessStateError as `recorded`
   */
  advance(from: CosignedCheckpoint | undefined, to: CosignedCheckpoint): Promise<boolean>;
}

/** How the record of a log stands, and from where it would go on after an operator's word. */
export interface RecordFinding {
  /** Null where the record is sound. */
  readonly fault: WitnessStateFault | null;
  /** The record that is relied on or, where there is a fault, that can be accepted; undefined where there is none. */
  readonly record: CosignedCheckpoint | undefined;
}

const SENTENCES = {
  WITNESS_RECORD_LOST: {
    tr: 'Bu günlük için tanıklık dosyası yok, oysa veritabanına göre daha önce tanıklık edilmiş. Dosyayı bulun; gerçekten kayıpsa "gecit audit witness --accept <günlük>" ile veritabanındaki boydan devam edin.',
    en: 'The file that records what was cosigned of this log is missing, although the database says that it was cosigned. Find the file; if it is really lost, go on from the size in the database with "gecit audit witness --accept <origin>".',
  },
  WITNESS_RECORD_DAMAGED: {
    tr: 'Bu günlük için tanıklık kaydı okunamıyor ya da bu tanığın imzasını taşımıyor. Dosyayı ve veritabanını inceleyin; sonra "gecit audit witness --accept <günlük>" ile sağlam olandan devam edin.',
    en: 'The record of what was cosigned of this log cannot be read, or does not bear the signature of this witness. Examine file and database, then go on from the sound one with "gecit audit witness --accept <origin>".',
  },
  WITNESS_RECORDS_DIFFER: {
    tr: 'Dosya ile veritabanı aynı boyda farklı kökler gösteriyor: biri değiştirilmiş ya da günlük çatallanmış. İnceleyin; sonra "gecit audit witness --accept <günlük>" ile veritabanındakinden devam edin.',
    en: 'File and database show different roots of the same size: one of them was changed, or the log forked. Examine them, then go on from the database with "gecit audit witness --accept <origin>".',
  },
} as const satisfies Record<string, Sentence>;

/** Every way in which the record of a log cannot be relied on. */
export type WitnessStateFault = keyof typeof SENTENCES;

/** What is wrong, and what to do. */
export function stateSentence(fault: WitnessStateFault): Sentence {
  return SENTENCES[fault];
}

/** What was cosigned of a log is uncertain. Nothing of it is cosigned until an operator has said from which size it goes on. */
export class WitnessStateError extends Error {
  override readonly name = 'WitnessStateError';
  readonly code: WitnessStateFault;
  readonly messages: Sentence;

  constructor(code: WitnessStateFault, cause?: unknown) {
    super(SENTENCES[code].en, { cause });
    this.code = code;
    this.messages = SENTENCES[code];
  }
}
