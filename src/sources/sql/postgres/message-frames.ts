import { answerInvalid } from '../../source-error.ts';
import { MAX_ANSWER_BYTES } from '../server/answer-limit.ts';

/** A code, then a length that counts itself but not the code. */
const HEAD_BYTES = 5;
const CODE_BYTES = 1;
const LEAST_LENGTH = 4;

const ERROR = 'E'.charCodeAt(0);
const NOTICE = 'N'.charCodeAt(0);

/**
 * Cuts what a server sends into messages (protocol 3.0), before the driver reads it: that waits without end for a message
 * that is never whole, and within an error without an end it reads for ever.
 */
export class MessageFrames {
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Bytes that the next message needs at least. */
  #needed = HEAD_BYTES;

  /**
   * The messages that are whole now, undefined when none is.
   * @throws GatewayError SOURCE_ANSWER_INVALID for what is no message, or a longer one than an answer may be
   */
  take(data: Buffer): Buffer | undefined {
    this.#parts.push(data);
    this.#bytes += data.length;
    if (this.#bytes < this.#needed) return undefined;
    const all = this.#parts.length === 1 ? data : Buffer.concat(this.#parts, this.#bytes);
    const end = this.#endOfWhole(all);
    const rest = all.subarray(end);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#bytes = rest.length;
    return end === 0 ? undefined : all.subarray(0, end);
  }

  #endOfWhole(all: Buffer): number {
    let at = 0;
    while (all.length - at >= HEAD_BYTES) {
      const length = all.readUInt32BE(at + CODE_BYTES);
      if (length < LEAST_LENGTH) throw answerInvalid('PROTOCOL');
      if (length > MAX_ANSWER_BYTES) throw answerInvalid('ANSWER_TOO_LARGE');
      this.#needed = CODE_BYTES + length;
      if (all.length - at < this.#needed) return at;
      requireEnd(all.subarray(at, at + this.#needed));
      at += this.#needed;
    }
    this.#needed = HEAD_BYTES;
    return at;
  }
}

/** The fields of an error or a notice, each a code and a text that ends with zero, end with a zero. */
function requireEnd(message: Buffer): void {
  if (message[0] !== ERROR && message[0] !== NOTICE) return;
  let at = HEAD_BYTES;
  while (at < message.length - 1 && message[at] !== 0) {
    const end = message.indexOf(0, at);
    if (end === -1) throw answerInvalid('PROTOCOL');
    at = end + 1;
  }
  if (at !== message.length - 1 || message[at] !== 0) throw answerInvalid('PROTOCOL');
}
