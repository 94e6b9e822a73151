import { describe, expect, test } from '@jest/globals';
import { MessageFrames } from '../../../../../src/sources/sql/postgres/message-frames.ts';
import { dataRow, errorResponse, message } from '../../../../support/postgres-messages.ts';

const MESSAGES = [
  dataRow('Ayşe'),
  errorResponse('ERROR', '42P01'),
  message('Z', Buffer.from('I')),
  message('1', Buffer.alloc(0)),
];

function pieces(all: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, place) =>
    all.subarray(place * size, (place + 1) * size),
  );
}

describe('MessageFrames', () => {
  test('gives whole messages, however they come in pieces', () => {
    const all = Buffer.concat([...MESSAGES, ...MESSAGES]);
    for (let size = 1; size <= all.length; size++) {
      const frames = new MessageFrames();
      const given = pieces(all, size).flatMap((piece) => frames.take(piece) ?? []);
      expect(Buffer.concat(given).equals(all)).toBe(true);
      for (const part of given) expect(new MessageFrames().take(Buffer.from(part))?.equals(part)).toBe(true);
    }
  });

  test('keeps back a message that is not whole', () => {
    const frames = new MessageFrames();
    const row = dataRow('Ayşe');
    expect(frames.take(Buffer.concat([row, row.subarray(0, -1)]))?.equals(row)).toBe(true);
    expect(frames.take(Buffer.alloc(0))).toBeUndefined();
  });

  test.each([
    ['a length below its own', message('D', Buffer.alloc(0), 3), 'PROTOCOL'],
    ['a length above every answer', message('D', Buffer.alloc(0), 0xffffffff), 'ANSWER_TOO_LARGE'],
    ['an error whose text has no end', message('E', Buffer.from('SERROR')), 'PROTOCOL'],
    ['an error whose fields have no end', message('E', Buffer.from('SERROR\0')), 'PROTOCOL'],
    ['a notice that goes on after its end', message('N', Buffer.from('SHINT\0\0x')), 'PROTOCOL'],
    ['an empty error', message('E', Buffer.alloc(0)), 'PROTOCOL'],
  ])('refuses %s', (_what, bytes, cause) => {
    expect(thrownBy(() => new MessageFrames().take(bytes))).toMatchObject({
      code: 'SOURCE_ANSWER_INVALID',
      cause,
    });
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    return thrown;
  }
}
