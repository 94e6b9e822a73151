import { describe, expect, test } from '@jest/globals';
import { answerReader } from '../../../scripts/bench/answer-reader.mjs';

const answer = (status: number, body: string): string =>
  `HTTP/1.1 ${String(status)} Some Reason\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;

function statusesOf(text: string, chunkBytes: number): number[] {
  const statuses: number[] = [];
  const read = answerReader((status) => statuses.push(status));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) read(bytes.subarray(at, at + chunkBytes));
  return statuses;
}

describe('reading the answers of a measured server', () => {
  const three = answer(200, '{"adSoyad":"Işık"}') + answer(429, '') + answer(200, 'x'.repeat(300));

  test.each([1, 2, 7, 64, 10_000])(
    'every answer is counted once, however it is cut (%i bytes)',
    (chunkBytes) => {
      expect(statusesOf(three, chunkBytes)).toEqual([200, 429, 200]);
    },
  );

  test('an answer whose last byte is missing does not count', () => {
    expect(statusesOf(answer(200, 'four').slice(0, -1), 10_000)).toEqual([]);
  });

  test('an answer without its length stops the measurement', () => {
    expect(() => statusesOf('HTTP/1.1 200 OK\r\n\r\n', 10_000)).toThrow('Content-Length');
  });
});
