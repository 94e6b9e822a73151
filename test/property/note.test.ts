import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeCheckpoint, parseCheckpoint } from '../../src/audit/note/checkpoint.ts';
import { NoteFormatError } from '../../src/audit/note/note-format-error.ts';
import { createCosigner, createNoteSigner } from '../../src/audit/note/note-signer.ts';
import { parseVkey } from '../../src/audit/note/note-key.ts';
import { encodeNote, parseNote, verifyNote } from '../../src/audit/note/signed-note.ts';

const signer = createNoteSigner('example.org/log', randomBytes(32));
const witness = createCosigner('witness.example.org', randomBytes(32));

/** Any text that a note may hold. */
const noteText = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .map((text) => `${text.replace(/[\u0000-\u0009\u000b-\u001f]/g, '\n')}\n`);
const seconds = fc.maxSafeNat();

/** What `read` makes of the input; undefined where it refuses it. */
function unlessRefused<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof NoteFormatError) return undefined;
    throw thrown;
  }
}

/** A text with one piece of it replaced: near enough to the valid one to pass for it. */
function damaged(text: string): fc.Arbitrary<string> {
  const pieces = ['', '\n', '\n\n', ' ', '0', '=', 'A', '+', '-', '\u2014 ', '\r', 'é', '\0'];
  return fc
    .tuple(fc.nat(text.length), fc.nat(3), fc.constantFrom(...pieces))
    .map(([place, cut, piece]) => text.slice(0, place) + piece + text.slice(place + cut));
}

describe('notes', () => {
  test('of any text and time come back as they were signed', () => {
    fc.assert(
      fc.property(noteText, seconds, (text, time) => {
        const note = parseNote(encodeNote(text, [signer.sign(text), witness.cosign(text, time)]));
        expect(note.text).toBe(text);
        const found = verifyNote(note, [witness.key, signer.key]);
        expect(found.map((one) => [one.key.vkey, one.seconds])).toEqual([
          [signer.vkey, null],
          [witness.vkey, time],
        ]);
      }),
    );
  });

  test('are read only where they would be written the same, and verify for their own text only', () => {
    const text = 'example.org/log\n41\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
    const whole = encodeNote(text, [signer.sign(text), witness.cosign(text, 1_790_000_000)]);
    fc.assert(
      fc.property(damaged(whole), (changed) => {
        const note = unlessRefused(() => parseNote(changed));
        if (note === undefined) return;
        expect(
          encodeNote(
            note.text,
            note.signatures.map(({ line }) => line),
          ),
        ).toBe(changed);
        const found = unlessRefused(() => verifyNote(note, [signer.key, witness.key]));
        if (found !== undefined) expect(note.text).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('checkpoints', () => {
  test('are read only where they would be written the same', () => {
    const root = randomBytes(32);
    fc.assert(
      fc.property(
        fc.maxSafeNat().chain((size) => damaged(encodeCheckpoint({ origin: 'example.org/log', size, root }))),
        (changed) => {
          const checkpoint = unlessRefused(() => parseCheckpoint(changed));
          if (checkpoint !== undefined) expect(encodeCheckpoint(checkpoint)).toBe(changed);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('verifier keys', () => {
  test('are read only where they would be written the same', () => {
    fc.assert(
      fc.property(damaged(signer.vkey), (changed) => {
        const key = unlessRefused(() => parseVkey(changed));
        if (key !== undefined) expect([key.vkey, changed]).toEqual([signer.vkey, signer.vkey]);
      }),
      { numRuns: 2000 },
    );
  });
});
