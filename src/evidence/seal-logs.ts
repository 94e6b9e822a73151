import { type EvidenceReader, type StoredCheckpoint } from '../audit/audit-log.ts';
import { isLeftByRestore } from '../audit/left-by-restore.ts';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { type Sentence } from '../shared/problem.ts';
import { type FileOperations } from './file-operations.ts';
import { type SealedDay, sealDays, type SealOptions } from './seal-days.ts';
import { holdSealing } from './seal-lock.ts';

/** The logs of a node, and where their evidence goes. */
export interface LogsToSeal {
  /** Folder of all logs. */
  readonly folder: string;
  /** Oldest first. */
  readonly origins: readonly string[];
  /** A reader over a connection of its own; closed when its log is done. */
  open(origin: string): EvidenceReader;
  /** The signed checkpoint of exactly this size, at which a commit ended. */
  checkpointAt(origin: string, size: number): Promise<StoredCheckpoint>;
  /** tlog-policy in force; null where there is none. */
  readonly policy: string | null;
  /** Absent: the disk. */
  readonly operations?: FileOperations;
}

/** Why a log could not be sealed to the end of its last closed day. */
export interface SealAlarm {
  readonly origin: string;
  /** Stable code, e.g. `SEAL_MISMATCH`. */
  readonly code: string;
  /** Index from which the log cannot be trusted; null where no leaf is to blame. */
  readonly index: number | null;
  readonly messages: Sentence;
}

/** What a run did. */
export interface SealOutcome {
  /** Newest sealed day of the newest log that has one, now that the run is over. */
  readonly newestDay: string | null;
  readonly days: readonly SealedDay[];
  readonly alarms: readonly SealAlarm[];
}

const CUT: ReadonlySet<string> = new Set(['SEAL_HISTORY_CHANGED', 'LOG_ROLLED_BACK']);

/**
 * Seals every closed day of every log. An alarm about one log does not keep the others from being sealed.
 * @throws EvidenceError SEAL_IN_PROGRESS when another process seals; errors that are no alarm
 */
export async function sealLogs(logs: LogsToSeal, options: SealOptions): Promise<SealOutcome> {
  const release = holdSealing(logs.folder);
  const days: SealedDay[] = [];
  const alarms: SealAlarm[] = [];
  let newestDay: string | null = null;
  try {
    for (const origin of logs.origins) {
      try {
        newestDay = (await sealLog(logs, origin, options, (day) => days.push(day))) ?? newestDay;
      } catch (thrown) {
        alarms.push(alarmOf(origin, thrown));
      }
    }
    return { newestDay: newestDay ?? days.at(-1)?.day ?? null, days, alarms };
  } finally {
    release();
  }
}

async function sealLog(
  logs: LogsToSeal,
  origin: string,
  options: SealOptions,
  onSealed: (day: SealedDay) => void,
): Promise<string | null> {
  const reader = logs.open(origin);
  try {
    const at = async (size: number): Promise<StoredCheckpoint> => logs.checkpointAt(origin, size);
    return await sealDays({ ...logs, reader, checkpointAt: at }, options, onSealed);
  } catch (thrown) {
    // Known, admitted in the next log and told by every verification: not news that each night has to alarm about.
    if (isCut(thrown) && isLeftByRestore(reader)) return null;
    throw thrown;
  } finally {
    reader.close();
  }
}

/** What was signed or sealed goes further than the database does. */
function isCut(thrown: unknown): boolean {
  return thrown instanceof Error && hasCode(thrown) && CUT.has(thrown.code);
}

/** Errors that tell a person what is wrong are alarms. @throws what is not one */
function alarmOf(origin: string, thrown: unknown): SealAlarm {
  const fault = thrown instanceof FaultsError ? thrown.faults[0] : undefined;
  if (fault !== undefined) return { origin, code: fault.code, index: null, messages: sentenceOf(fault) };
  if (!(thrown instanceof Error && hasCode(thrown))) throw thrown;
  return { origin, code: thrown.code, index: thrown.place?.index ?? null, messages: thrown.messages };
}

/** e.g. of a key file that cannot be read. */
function sentenceOf({ file, message, remedy }: Fault): Sentence {
  return {
    tr: `${file}: ${message.tr}. ${remedy.tr}`,
    en: `${file}: ${message.en}. ${remedy.en}`,
  };
}

interface CodedError {
  readonly code: string;
  readonly messages: Sentence;
  readonly place?: { readonly index?: number | undefined };
}

function hasCode(error: Error): error is Error & CodedError {
  return 'code' in error && typeof error.code === 'string' && 'messages' in error;
}
