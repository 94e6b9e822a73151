import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type FlatHeaders } from './answer-headers.ts';

/** An answer ready to be written out. `headers` state the length of `body`. */
export interface HttpMessage {
  readonly status: number;
  readonly headers: FlatHeaders;
  readonly body: string;
  /** `latin1` where each character of the body is a byte of it; UTF-8 where it is absent. */
  readonly encoding?: 'latin1';
}

const MOST_UNREAD_BYTES = 1024 * 1024;
const MOST_UNREAD_MILLISECONDS = 2000;

/**
 * Writes an answer in one piece.
 * @param unread the request, where it was not read to its end: the connection closes after the answer
 */
export function sendMessage(response: ServerResponse, message: HttpMessage, unread?: IncomingMessage): void {
  if (unread === undefined) {
    response.writeHead(message.status, message.headers);
    response.end(message.body, message.encoding ?? 'utf8');
    return;
  }
  response.shouldKeepAlive = false;
  response.writeHead(message.status, message.headers);
  endAfterUnread(unread, response, message);
}

/**
 * Closing at once would reset a connection on which unread bytes wait, and the answer could be lost on its way; so
 * the rest of the request is thrown away first, within bounds.
 */
function endAfterUnread(request: IncomingMessage, response: ServerResponse, message: HttpMessage): void {
  let unread = 0;
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', onData).off('end', end).off('close', end);
    response.end();
  };
  const onData = (chunk: Buffer): void => {
    unread += chunk.length;
    if (unread > MOST_UNREAD_BYTES) end();
  };
  const timer = setTimeout(end, MOST_UNREAD_MILLISECONDS);
  request.on('data', onData).on('end', end).on('close', end);
  response.write(message.body, message.encoding ?? 'utf8');
  request.resume();
  if (request.readableEnded || request.destroyed) end();
}
