import { type IncomingMessage } from 'node:http';

export interface BodyBounds {
  readonly bodyBytes: number;
  readonly bodyMilliseconds: number;
}

/** `gone`: the client left, so nobody waits for an answer. `broken`: its framing, e.g. a chunk, cannot be read. */
export type ReadBody =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' | 'too-slow' | 'broken' | 'gone' };

const BROKEN = Symbol('body broken');
const brokenBodies = new WeakSet<IncomingMessage>();

/** Ends the reading of a body whose framing cannot be read. Node tells only the server of it, never the request. */
export function breakBody(request: IncomingMessage): void {
  brokenBodies.add(request);
  request.emit(BROKEN);
}

/**
 * Reads a request's body and holds at most `bodyBytes` of it, whatever `Content-Length` or chunks say. What comes after
 * `too-large`, `too-slow` or `broken` is left unread: the connection MUST close after the answer (see send-message.ts).
 */
export async function readBody(request: IncomingMessage, bounds: BodyBounds): Promise<ReadBody> {
  if (request.destroyed) return { kind: 'gone' };
  if (brokenBodies.has(request)) return { kind: 'broken' };
  const declared = request.headers['content-length'];
  if (declared !== undefined && Number(declared) > bounds.bodyBytes) return { kind: 'too-large' };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (body: ReadBody): void => {
      clearTimeout(timer);
      request.off('data', onData).off('end', onEnd).off('close', onClose).off(BROKEN, onBroken);
      resolve(body);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > bounds.bodyBytes) settle({ kind: 'too-large' });
      else chunks.push(chunk);
    };
    const onEnd = (): void => {
      const [first] = chunks;
      settle({
        kind: 'whole',
        bytes: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size),
      });
    };
    const onClose = (): void => {
      settle({ kind: 'gone' });
    };
    const onBroken = (): void => {
      settle({ kind: 'broken' });
    };
    const timer = setTimeout(settle, bounds.bodyMilliseconds, { kind: 'too-slow' });
    request.on('data', onData).on('end', onEnd).on('close', onClose).on(BROKEN, onBroken);
  });
}
