import { IncomingMessage } from 'node:http';
import { type BodyBounds, type ReadBody } from './read-body.ts';

/** A body under way. */
interface Taking {
  readonly mostBytes: number;
  readonly done: (body: ReadBody) => void;
  readonly timer: NodeJS.Timeout;
  readonly chunks: Buffer[];
  size: number;
}

/**
 * A request whose body can be taken as it is parsed, past the stream that it would otherwise go through, which costs about as
 * much as all other parts of a request. A request whose body is not taken is the stream that it always is.
 */
export class QueryMessage extends IncomingMessage {
  #taking: Taking | undefined;
  #whole = false;

  /**
   * Takes the body as `readBody` reads one. MUST be called in the turn in which the request arrived.
   * @param done called once, at the earliest before this call returns
   */
  takeBody({ bodyBytes, bodyMilliseconds }: BodyBounds, done: (body: ReadBody) => void): void {
    const declared = this.headers['content-length'];
    if (this.destroyed) done({ kind: 'gone' });
    else if (declared !== undefined && Number(declared) > bodyBytes) done({ kind: 'too-large' });
    else {
      const timer = setTimeout(this.#giveUp, bodyMilliseconds);
      this.#taking = { mostBytes: bodyBytes, done, timer, chunks: [], size: 0 };
    }
  }

  /** Ends the taking of a body whose framing cannot be read. Node tells only the server of it, never the request. */
  breakBody(): void {
    this.#settle({ kind: 'broken' });
  }

  /** Called by the parser with each part of the body, then with null. */
  override push(chunk: Buffer | null): boolean {
    const taking = this.#taking;
    if (taking === undefined) return super.push(chunk);
    if (chunk === null) this.#end(taking);
    else this.#take(taking, chunk);
    return true;
  }

  /** Called once the answer has left, so that what is left of the body is thrown away: nothing, where it was taken whole. */
  override resume(): this {
    return this.#whole ? this : super.resume();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#settle({ kind: 'gone' });
    super._destroy(error, callback);
  }

  readonly #giveUp = (): void => {
    this.#settle({ kind: 'too-slow' });
  };

  #take(taking: Taking, chunk: Buffer): void {
    taking.size += chunk.length;
    if (taking.size > taking.mostBytes) this.#settle({ kind: 'too-large' });
    else taking.chunks.push(chunk);
  }

  #end({ chunks, size }: Taking): void {
    const [first] = chunks;
    this.#whole = true;
    this.#settle({
      kind: 'whole',
      bytes: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size),
    });
  }

  /** From here on the request is a stream again, for what nobody took. */
  #settle(body: ReadBody): void {
    const taking = this.#taking;
    if (taking === undefined) return;
    this.#taking = undefined;
    clearTimeout(taking.timer);
    taking.done(body);
  }
}
