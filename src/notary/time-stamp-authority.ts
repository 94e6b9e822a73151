import { type SoundStamp } from '../audit/time-stamp/check-stamp.ts';

/** An answer of an authority that has passed every check. */
export interface ReceivedStamp {
  /** DER of the RFC 3161 response, byte for byte as it came. */
  readonly response: Buffer;
  readonly stamp: SoundStamp;
}

/** Somebody outside who states when bytes existed (RFC 3161). */
export interface TimeStampAuthority {
  /** As the settings call it. */
  readonly name: string;
  /**
   * Has the bytes of a signed note stamped. MUST verify the answer in full before it resolves.
   * @param signal gives up when it is aborted
   * @throws AuthorityError
   */
  stamp(note: Buffer, signal?: AbortSignal): Promise<ReceivedStamp>;
}
