import { type StoredCheckpoint } from '../audit/audit-log.ts';
import { type SealOutcome } from '../evidence/seal-logs.ts';
import { type Sentence } from '../shared/problem.ts';

/** What a sealing process is told: everything it needs, so that it reads no settings and no keys. */
export interface SealOrder {
  /** `sqlite:<file>` */
  readonly databaseUrl: string;
  /** Folder of the evidence of all logs. */
  readonly folder: string;
  /** Oldest first. */
  readonly origins: readonly string[];
  /** tlog-policy in force; null where there is none. */
  readonly policy: string | null;
  readonly timeZone: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Why no checkpoint was signed, or why a process failed. */
export interface SealFailure {
  readonly code: string;
  readonly messages: Sentence;
}

/** Gateway to sealing process. `seal` comes once, first; each other message answers one `checkpoint` by its number. */
export type SealingRequest =
  | { readonly kind: 'seal'; readonly order: SealOrder }
  | { readonly kind: 'checkpoint'; readonly id: number; readonly checkpoint: StoredCheckpoint }
  | { readonly kind: 'no-checkpoint'; readonly id: number; readonly failure: SealFailure };

/** Sealing process to gateway. The last message is `done` or `failed`. */
export type SealingReply =
  | { readonly kind: 'checkpoint'; readonly id: number; readonly origin: string; readonly size: number }
  | { readonly kind: 'done'; readonly outcome: SealOutcome }
  | { readonly kind: 'failed'; readonly failure: SealFailure };

/** An error that crossed the border between the two processes. */
export class SealingError extends Error {
  override readonly name = 'SealingError';
  readonly code: string;
  readonly messages: Sentence;

  constructor({ code, messages }: SealFailure, cause?: unknown) {
    super(messages.en, { cause });
    this.code = code;
    this.messages = messages;
  }
}

/** What is told of an error: its code and sentences, where it has them. */
export function failureOf(thrown: unknown): SealFailure {
  const { code, messages } = thrown as { code?: unknown; messages?: Sentence };
  if (thrown instanceof Error && typeof code === 'string' && messages !== undefined)
    return { code, messages };
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return {
    code: 'SEALING_FAILED',
    messages: {
      tr: `Mühürleme beklenmedik biçimde durdu (${text}). Yeniden başlatıldığında kaldığı yerden sürer.`,
      en: `Sealing stopped unexpectedly (${text}). Started again, it goes on where it stopped.`,
    },
  };
}
