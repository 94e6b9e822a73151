import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createCosigner, createNoteSigner } from '../../../../src/audit/note/note-signer.ts';
import { createNoteKey, type NoteKey, parseVkey } from '../../../../src/audit/note/note-key.ts';
import { signatureLine } from '../../../../src/audit/note/signature-line.ts';
import { encodeNote, parseNote, verifyNote } from '../../../../src/audit/note/signed-note.ts';
import { EXAMPLE, TWO_SIGNERS, WITNESSED } from '../../../support/published-notes.ts';
import { thrownCode } from '../../../support/thrown-code.ts';

const TEXT = 'example.org/log\n41\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n';
const signer = createNoteSigner('example.org/log', randomBytes(32));
const witness = createCosigner('witness.example.org', randomBytes(32));
const line = signer.sign(TEXT);

function parseCode(note: Buffer | string): string | undefined {
  return thrownCode(() => parseNote(note));
}

function verifyCode(note: string, keys: readonly NoteKey[]): string | undefined {
  return thrownCode(() => verifyNote(parseNote(note), keys));
}

describe('published notes', () => {
  test('verify under their published keys', () => {
    const { text, peter, enoch, peterLine, enochLine } = TWO_SIGNERS;
    expect(verifyNote(parseNote(EXAMPLE.note), [parseVkey(EXAMPLE.vkey)])).toHaveLength(1);
    const both = verifyNote(
      parseNote(`${text}\n${peterLine}\n${enochLine}\n`),
      [enoch, peter].map(parseVkey),
    );
    expect(both.map(({ key }) => key.vkey)).toEqual([peter, enoch]);
    expect(both.map(({ seconds }) => seconds)).toEqual([null, null]);
  });

  test('are signed again with the same bytes from the published seed', () => {
    const enoch = createNoteSigner('EnochRoot', Buffer.alloc(32));
    expect(enoch.vkey).toBe(TWO_SIGNERS.enoch);
    expect(enoch.sign(TWO_SIGNERS.text)).toBe(TWO_SIGNERS.enochLine);
  });

  test('of a witnessed checkpoint give the time of each cosignature and leave unknown keys aside', () => {
    const keys = [WITNESSED.log, ...WITNESSED.witnesses].map(parseVkey);
    const found = verifyNote(parseNote(WITNESSED.note), keys);
    expect(parseNote(WITNESSED.note).signatures).toHaveLength(6);
    expect(found.map(({ key }) => key)).toEqual(keys);
    expect(found.map(({ seconds }) => seconds)).toEqual([
      null,
      1779573024,
      1779573024,
      1779573024,
      1779573024,
    ]);
  });

  test('of a witnessed checkpoint do not verify for another size', () => {
    const changed = parseNote(WITNESSED.note.replace('1432088532', '1432088533'));
    for (const vkey of [WITNESSED.log, ...WITNESSED.witnesses]) {
      expect(thrownCode(() => verifyNote(changed, [parseVkey(vkey)]))).toBe('NOTE_SIGNATURE_INVALID');
    }
  });
});

describe('a note', () => {
  test('comes back as it was written, also with empty lines in its text', () => {
    for (const text of ['a\n', '\n', 'a\n\nb\n', 'a\n\n', '\n\n\n', 'Ağrı – Şırnak\n', '\ufeffa\n', TEXT]) {
      const written = encodeNote(text, [signer.sign(text), witness.cosign(text, 7)]);
      const note = parseNote(Buffer.from(written, 'utf8'));
      expect(note.text).toBe(text);
      expect(
        encodeNote(
          note.text,
          note.signatures.map((one) => one.line),
        ),
      ).toBe(written);
      expect(verifyNote(note, [signer.key, witness.key])).toEqual([
        { key: signer.key, seconds: null },
        { key: witness.key, seconds: 7 },
      ]);
    }
  });

  test.each([
    ['that is empty', '', 'NOTE_MALFORMED'],
    ['without signatures', TEXT, 'NOTE_MALFORMED'],
    ['that ends in the empty line', `${TEXT}\n`, 'NOTE_MALFORMED'],
    ['without an empty line', `${TEXT}${line}\n`, 'NOTE_MALFORMED'],
    ['without text', `\n${line}\n`, 'NOTE_MALFORMED'],
    ['without its last newline', `${TEXT}\n${line}`, 'NOTE_MALFORMED'],
    ['with something below', `${TEXT}\n${line}\nmore\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with an empty line below', `${TEXT}\n${line}\n\n`, 'NOTE_MALFORMED'],
    ['with CRLF', `${TEXT}\n${line}\n`.replaceAll('\n', '\r\n'), 'NOTE_NOT_TEXT'],
    ['with a tab', `a\tb\n\n${line}\n`, 'NOTE_NOT_TEXT'],
    ['with NUL', `a\0\n\n${line}\n`, 'NOTE_NOT_TEXT'],
    ['with half a surrogate pair', `\ud800\n\n${line}\n`, 'NOTE_NOT_TEXT'],
    ['without the em dash', `${TEXT}\n${line.slice(2)}\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with a hyphen for the em dash', `${TEXT}\n${line.replace('—', '-')}\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with an en dash for the em dash', `${TEXT}\n${line.replace('—', '–')}\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with two spaces', `${TEXT}\n${line.replace('— ', '—  ')}\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with a space behind', `${TEXT}\n${line} \n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with a plus in a name', `${TEXT}\n${line.replace('/', '+')}\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['without padding', `${TEXT}\n${line.replace(/=+$/, '')}\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with spare bits in its base64', `${TEXT}\n— a AAAAAAB=\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['whose signature is an id alone', `${TEXT}\n— a AAAAAA==\n`, 'NOTE_SIGNATURE_MALFORMED'],
    ['with 101 signatures', `${TEXT}\n${`${line}\n`.repeat(101)}`, 'NOTE_SIGNATURES_TOO_MANY'],
    ['of more than 1 MiB', `${'a'.repeat(1024 * 1024)}\n\n${line}\n`, 'NOTE_TOO_LARGE'],
    ['of more than 1 MiB in UTF-8', `${'ş'.repeat(600_000)}\n\n${line}\n`, 'NOTE_TOO_LARGE'],
  ])('%s is refused', (_, note, code) => {
    expect(parseCode(note)).toBe(code);
    if (!note.includes('\ud800')) expect(parseCode(Buffer.from(note, 'utf8'))).toBe(code);
  });

  test('that is not UTF-8 is refused', () => {
    const [before, after] = [Buffer.from('a'), Buffer.from(`\n\n${line}\n`)];
    for (const bad of ['ff', 'c080', 'eda080', 'e282']) {
      expect(parseCode(Buffer.concat([before, Buffer.from(bad, 'hex'), after]))).toBe('NOTE_NOT_TEXT');
    }
  });

  test('with 100 signatures is read', () => {
    const lines = Array.from({ length: 100 }, (_, place) =>
      signatureLine({ name: 'x', id: place }, randomBytes(64)),
    );
    expect(parseNote(encodeNote(TEXT, lines)).signatures).toHaveLength(100);
  });

  test('is not written where it could not be read back', () => {
    expect(thrownCode(() => encodeNote(TEXT, []))).toBe('NOTE_MALFORMED');
    expect(thrownCode(() => encodeNote('no newline', [line]))).toBe('NOTE_MALFORMED');
    expect(thrownCode(() => encodeNote(TEXT, [`${line}\n`]))).toBe('NOTE_MALFORMED');
    expect(thrownCode(() => encodeNote(TEXT, [`${line}\n${line}`]))).toBe('NOTE_MALFORMED');
    expect(thrownCode(() => encodeNote(TEXT, ['x']))).toBe('NOTE_SIGNATURE_MALFORMED');
  });
});

describe('signers', () => {
  test('refuse seeds, names, texts and times that are none', () => {
    for (const create of [createNoteSigner, createCosigner]) {
      expect(thrownCode(() => create('a', randomBytes(31)))).toBe('KEY_LENGTH_WRONG');
      expect(thrownCode(() => create('a b', randomBytes(32)))).toBe('KEY_NAME_INVALID');
    }
    expect(thrownCode(() => signer.sign('no newline'))).toBe('NOTE_MALFORMED');
    expect(thrownCode(() => witness.cosign('a\r\n', 1))).toBe('NOTE_NOT_TEXT');
    for (const seconds of [-1, 0.5, NaN, 2 ** 53]) {
      expect(thrownCode(() => witness.cosign(TEXT, seconds))).toBe('COSIGNATURE_TIME_INVALID');
    }
  });

  test('give their key as text', () => {
    expect(parseVkey(signer.vkey)).toEqual(signer.key);
    expect(parseVkey(witness.vkey)).toEqual(witness.key);
    expect(witness.key.type).toBe('cosignature');
  });
});

describe('verifying a note', () => {
  const note = encodeNote(TEXT, [line]);

  test('ignores unknown keys, also under a known name or id', () => {
    const { name, id } = signer.key;
    const others = [
      signatureLine({ name: 'other', id }, randomBytes(64)),
      signatureLine({ name, id: (id + 1) % 2 ** 32 }, randomBytes(64)),
      signatureLine({ name: 'short', id: 1 }, randomBytes(1)),
    ];
    const found = verifyNote(parseNote(encodeNote(TEXT, [...others, line, ...others])), [signer.key]);
    expect(found).toEqual([{ key: signer.key, seconds: null }]);
  });

  test('rejects the whole note when one known signature fails', () => {
    const forged = signatureLine(witness.key, randomBytes(72));
    expect(verifyCode(encodeNote(TEXT, [line, forged]), [signer.key, witness.key])).toBe(
      'NOTE_SIGNATURE_INVALID',
    );
    expect(verifyCode(encodeNote(TEXT, [line, forged]), [signer.key])).toBeUndefined();
    const short = signatureLine(signer.key, randomBytes(63));
    expect(verifyCode(encodeNote(TEXT, [short]), [signer.key])).toBe('NOTE_SIGNATURE_INVALID');
  });

  test('rejects a note that no known key signed', () => {
    expect(verifyCode(note, [])).toBe('NOTE_UNTRUSTED');
    expect(verifyCode(note, [witness.key])).toBe('NOTE_UNTRUSTED');
  });

  test('rejects a known signature that stands twice, and takes cosignatures of several times', () => {
    const [first, later] = [witness.cosign(TEXT, 1), witness.cosign(TEXT, 2)];
    expect(verifyCode(encodeNote(TEXT, [line, line]), [signer.key])).toBe('NOTE_SIGNATURE_REPEATED');
    expect(verifyCode(encodeNote(TEXT, [first, first]), [witness.key])).toBe('NOTE_SIGNATURE_REPEATED');
    const found = verifyNote(parseNote(encodeNote(TEXT, [first, later])), [witness.key]);
    expect(found.map(({ seconds }) => seconds)).toEqual([1, 2]);
  });

  test('rejects a cosignature whose time was changed or is beyond counting', () => {
    const blob = Buffer.from(witness.cosign(TEXT, 1).split(' ')[2] ?? '', 'base64').subarray(4);
    for (const time of [2n, 2n ** 53n, 2n ** 64n - 1n]) {
      blob.writeBigUInt64BE(time, 0);
      const forged = encodeNote(TEXT, [signatureLine(witness.key, blob)]);
      expect(verifyCode(forged, [witness.key])).toBe('NOTE_SIGNATURE_INVALID');
    }
  });

  test('does not take a plain signature for a cosignature, nor the reverse', () => {
    const seed = randomBytes(32);
    const [plain, co] = [createNoteSigner('a', seed), createCosigner('a', seed)];
    const plainBlob = Buffer.from(plain.sign(TEXT).split(' ')[2] ?? '', 'base64').subarray(4);
    const asCosignature = signatureLine(co.key, Buffer.concat([Buffer.alloc(8), plainBlob]));
    expect(verifyCode(encodeNote(TEXT, [asCosignature]), [co.key])).toBe('NOTE_SIGNATURE_INVALID');
    const coBlob = Buffer.from(co.cosign(TEXT, 1).split(' ')[2] ?? '', 'base64').subarray(12);
    const asPlain = encodeNote(TEXT, [signatureLine(plain.key, coBlob)]);
    expect(verifyCode(asPlain, [plain.key])).toBe('NOTE_SIGNATURE_INVALID');
  });

  test('refuses two different keys that share name and id, and takes the same key twice', () => {
    const twin = { ...createNoteKey(signer.key.name, 'ed25519', randomBytes(32)), id: signer.key.id };
    expect(verifyCode(note, [signer.key, twin])).toBe('KEYS_AMBIGUOUS');
    expect(verifyCode(note, [signer.key, parseVkey(signer.vkey)])).toBeUndefined();
  });

  test('fails for any changed bit of text or signature', () => {
    const bytes = Buffer.from(note, 'utf8');
    for (let place = 0; place < bytes.length; place++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      expect(thrownCode(() => verifyNote(parseNote(changed), [signer.key]))).toBeDefined();
    }
  });
});
