import { describe, expect, test } from '@jest/globals';
import {
  cosignatureLines,
  encodeAddCheckpoint,
  MAX_ADD_CHECKPOINT_BYTES,
  parseAddCheckpoint,
} from '../../../../src/audit/witness/add-checkpoint.ts';
import { ForeignLog, WitnessRig } from '../../../support/witness-rig.ts';

const log = new ForeignLog({ size: 9 });
const read = (body: string) => parseAddCheckpoint(Buffer.from(body, 'utf8'));
const HASH = Buffer.alloc(32, 5).toString('base64');

describe('the body of add-checkpoint', () => {
  test.each([
    [0, 9],
    [4, 9],
    [9, 9],
  ])('from %i to %i is read back as it was written', (from, to) => {
    const body = log.request(from, to);
    const asked = read(body);
    expect(asked).toMatchObject({
      old: from,
      checkpoint: { origin: log.origin, size: to, root: log.tree.rootAt(to) },
    });
    expect(asked?.proof).toEqual(log.proof(from, to));
    expect(encodeAddCheckpoint(from, log.proof(from, to), log.note(to))).toBe(body);
  });

  test('may hold 63 hashes and no more', () => {
    const body = (count: number): string => `old 4\n${`${HASH}\n`.repeat(count)}\n${log.note()}`;
    expect(read(body(63))?.proof).toHaveLength(63);
    expect(read(body(64))).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['no old line', log.note()],
    ['another first word', log.request(4).replace('old', 'new')],
    ['a leading zero', log.request(4).replace('old 4', 'old 04')],
    ['a negative size', log.request(4).replace('old 4', 'old -4')],
    ['a size above 2^53-1', log.request(4).replace('old 4', 'old 9007199254740992')],
    ['no size', log.request(4).replace('old 4', 'old ')],
    ['two spaces', log.request(4).replace('old 4', 'old  4')],
    ['a carriage return', log.request(4).replace('\n', '\r\n')],
    ['a hash of 31 bytes', `old 4\n${Buffer.alloc(31).toString('base64')}\n\n${log.note()}`],
    ['a hash in base64url', `old 4\n${HASH.replace(/A|=/g, '-')}\n\n${log.note()}`],
    ['no empty line', `old 4\n${HASH}\n${log.note().replace('\n\n', '\n')}`],
    ['no signature', `old 0\n\n${log.note().split('\n\n')[0] ?? ''}\n\n`],
    ['a note that ends early', log.request(4).slice(0, -1)],
    ['extension lines', log.request(0).replace('\n\n—', '\nmore\n\n—')],
    ['a byte that is no UTF-8', `${log.request(4)}\ud800`],
    ['more than 64 KiB', `old 0\n\n${log.note()}${'— x AAAAAAAA\n'.repeat(MAX_ADD_CHECKPOINT_BYTES / 12)}`],
  ])('is refused with %s', (_what, body) => {
    expect(read(body)).toBeUndefined();
  });

  test('is not written where it would not be read back', () => {
    expect(() => encodeAddCheckpoint(-1, [], log.note())).toThrow();
    expect(() => encodeAddCheckpoint(4, [Buffer.alloc(31)], log.note())).toThrow();
  });
});

describe('the answer of a witness', () => {
  test('is signature lines over the text of the checkpoint', () => {
    const { cosigner } = new WitnessRig([]);
    const [text = ''] = log.note().split('\n\n');
    const line = cosigner.cosign(`${text}\n`, 1);
    expect(cosignatureLines(log.note(), `${line}\n`)).toMatchObject({
      text: `${text}\n`,
      signatures: [{ name: cosigner.key.name, line }],
    });
  });

  test.each(['', '\n', 'no line\n', '— x y\n\n— x y\n'])('is refused when it is %j', (answer) => {
    expect(() => cosignatureLines(log.note(), answer)).toThrow();
  });
});
