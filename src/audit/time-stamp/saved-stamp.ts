import { hash } from 'node:crypto';
import { type LeafFacts } from '../leaf.ts';

/** A verified time stamp as it is kept: with the bytes that it is over, because they alone make it evidence. */
export interface SavedStamp {
  /** Tree size of the checkpoint. */
  readonly size: number;
  /** The signed checkpoint, byte for byte as it was stamped. */
  readonly note: string;
  /** DER of the RFC 3161 response. */
  readonly response: Buffer;
  /** Epoch milliseconds by the gateway's clock. */
  readonly at: number;
  /** Epoch milliseconds that the authority states. */
  readonly genTime: number;
  /** Name of the authority in the settings. */
  readonly authority: string;
  /** Object identifier. */
  readonly policy: string;
  /** Query id of the `time-stamp` leaf, chosen before the stamp is saved: one look tells whether the leaf is there. */
  readonly leafId: string;
}

/** Line of a checkpoint that holds the root (C2SP tlog-checkpoint). */
const ROOT_LINE = 2;

/**
 * What the `time-stamp` leaf states. Its `stamp` covers the whole response, so that every later time stamp over the log
 * covers this one too and renews it (RFC 4998).
 */
export function stampFacts(saved: SavedStamp): LeafFacts {
  return {
    size: saved.size,
    root: saved.note.split('\n')[ROOT_LINE] ?? null,
    stamp: `sha256:${hash('sha256', saved.response, 'hex')}`,
    genTime: new Date(saved.genTime).toISOString(),
    authority: saved.authority,
    policy: saved.policy,
  };
}
