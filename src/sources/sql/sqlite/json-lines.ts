import { readSync, writeSync } from 'node:fs';

const NEWLINE = 0x0a;
const READ_BYTES = 64 * 1024;

/** One JSON value as a line: JSON text holds no newline. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Puts lines of JSON together from the pieces in which they arrive. */
export class JsonLines {
  /** Of the line that has not ended yet. */
  #pieces: Buffer[] = [];

  /** The values whose lines end in this piece, which may be written over afterwards. @throws SyntaxError where a line is no JSON */
  take(piece: Buffer): unknown[] {
    const values: unknown[] = [];
    let from = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      values.push(JSON.parse(this.#line(piece.subarray(from, end))));
      from = end + 1;
    }
    if (from < piece.length) this.#pieces.push(Buffer.from(piece.subarray(from)));
    return values;
  }

  #line(end: Buffer): string {
    if (this.#pieces.length === 0) return end.toString('utf8');
    const line = Buffer.concat([...this.#pieces, end]).toString('utf8');
    this.#pieces = [];
    return line;
  }
}

/** Values that arrive at a pipe, until its other end is closed. Waits for each without an event loop. */
export function* valuesAt(pipe: number): Iterable<unknown> {
  const lines = new JsonLines();
  const room = Buffer.alloc(READ_BYTES);
  for (let size = readSync(pipe, room); size > 0; size = readSync(pipe, room)) {
    yield* lines.take(room.subarray(0, size));
  }
}

/** Writes a value to a pipe, and waits while it is full. */
export function writeTo(pipe: number, value: unknown): void {
  const bytes = Buffer.from(jsonLine(value), 'utf8');
  for (let written = 0; written < bytes.length;) written += writeSync(pipe, bytes, written);
}
