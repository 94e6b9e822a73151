import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { NoteFormatError } from '../../../../src/audit/note/note-format-error.ts';
import { createNoteKey, encodeVkey, isKeyName, parseVkey } from '../../../../src/audit/note/note-key.ts';
import { EXAMPLE, TWO_SIGNERS, WITNESSED } from '../../../support/published-notes.ts';
import { thrownCode } from '../../../support/thrown-code.ts';

const BASE64 = EXAMPLE.vkey.slice(EXAMPLE.vkey.lastIndexOf('+A') + 1);

/** A vkey whose id fits, so that it can be refused only for what the test names. */
function vkeyOf(material: Buffer, name = 'example.com/foo'): string {
  const id = createNoteKey('x', 'ed25519', Buffer.alloc(32)).id.toString(16).padStart(8, '0');
  return `${name}+${id}+${material.toString('base64')}`;
}

describe('a verifier key', () => {
  test('of others is read and written back byte for byte', () => {
    const published = [
      EXAMPLE.vkey,
      TWO_SIGNERS.peter,
      TWO_SIGNERS.enoch,
      WITNESSED.log,
      ...WITNESSED.witnesses,
    ];
    for (const vkey of published) {
      const key = parseVkey(vkey);
      expect(key.vkey).toBe(vkey);
      expect(encodeVkey(key)).toBe(vkey);
      expect(key.publicKey).toHaveLength(32);
    }
    expect(parseVkey(EXAMPLE.vkey)).toMatchObject({
      name: 'example.com/foo',
      id: 0x530d903a,
      type: 'ed25519',
    });
    expect(parseVkey(WITNESSED.witnesses[2])).toMatchObject({ name: 'remora.n621.de', type: 'cosignature' });
  });

  test('has another id for each name, type and public key', () => {
    const publicKey = randomBytes(32);
    const keys = [
      createNoteKey('a', 'ed25519', publicKey),
      createNoteKey('b', 'ed25519', publicKey),
      createNoteKey('a', 'cosignature', publicKey),
      createNoteKey('a', 'ed25519', randomBytes(32)),
    ];
    expect(new Set(keys.map(({ id }) => id)).size).toBe(4);
    for (const key of keys) expect(parseVkey(key.vkey)).toEqual(key);
  });

  test.each([
    ['empty', '', 'KEY_MALFORMED'],
    ['without parts', 'example.com/foo', 'KEY_MALFORMED'],
    ['without a public key', 'example.com/foo+530d903a', 'KEY_MALFORMED'],
    ['with nothing after its id', 'example.com/foo+530d903a+', 'KEY_MALFORMED'],
    ['whose id is in capitals', EXAMPLE.vkey.replace('530d903a', '530D903A'), 'KEY_MALFORMED'],
    ['whose id has seven digits', EXAMPLE.vkey.replace('530d903a', '530d903'), 'KEY_MALFORMED'],
    ['whose id has nine digits', EXAMPLE.vkey.replace('530d903a', '0530d903a'), 'KEY_MALFORMED'],
    ['whose base64 has no padding', vkeyOf(Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])).replace(/=+$/, ''), 'KEY_MALFORMED'],
    ['whose base64 has spare bits', vkeyOf(Buffer.from([1, 2])).replace('AQI=', 'AQJ='), 'KEY_MALFORMED'],
    ['whose base64 is of the alphabet for addresses', EXAMPLE.vkey.replace(BASE64, BASE64.replace(/^.{3}/, 'A-_')), 'KEY_MALFORMED'],
    ['with a line break inside', EXAMPLE.vkey.replace('Aeky', 'Ae\nky'), 'KEY_MALFORMED'],
    ['with a line break behind', `${EXAMPLE.vkey}\n`, 'KEY_MALFORMED'],
    ['of 5000 characters', vkeyOf(Buffer.alloc(3700, 1)), 'KEY_MALFORMED'],
    ['whose id is of another key', EXAMPLE.vkey.replace('530d903a', '530d903b'), 'KEY_ID_DIFFERS'],
    ['under another name', EXAMPLE.vkey.replace('foo', 'bar'), 'KEY_ID_DIFFERS'],
    ['of an unknown type', vkeyOf(Buffer.concat([Buffer.from([2]), Buffer.alloc(32)])), 'KEY_TYPE_UNKNOWN'],
    ['with 31 bytes', vkeyOf(Buffer.concat([Buffer.from([1]), Buffer.alloc(31)])), 'KEY_LENGTH_WRONG'],
    ['with 33 bytes', vkeyOf(Buffer.concat([Buffer.from([4]), Buffer.alloc(33)])), 'KEY_LENGTH_WRONG'],
    ['without a name', EXAMPLE.vkey.replace('example.com/foo', ''), 'KEY_NAME_INVALID'],
    ['whose name holds a space', EXAMPLE.vkey.replace('/', ' '), 'KEY_NAME_INVALID'],
  ])('%s is refused', (_, vkey, code) => {
    expect(thrownCode(() => parseVkey(vkey))).toBe(code);
  }); // prettier-ignore

  test('has a name without Unicode space, plus or control character', () => {
    for (const name of ['a', 'example.com/log', 'gecit.iskur/ana/2026', 'ÇGM', 'a_b-c.d~e:8443/x']) {
      expect(isKeyName(name)).toBe(true);
    }
    const spaces = [
      '\t',
      '\n',
      '\v',
      '\f',
      '\r',
      ' ',
      '\u0085',
      '\u00a0',
      '\u1680',
      '\u2003',
      '\u2028',
      '\u3000',
    ];
    for (const bad of ['+', '\u0000', '\u001b', '\u007f', '\u009b', '\ud800', ...spaces]) {
      expect(isKeyName(`a${bad}b`)).toBe(false);
      expect(thrownCode(() => createNoteKey(bad, 'ed25519', Buffer.alloc(32)))).toBe('KEY_NAME_INVALID');
    }
    expect(isKeyName('')).toBe(false);
  });

  test('is refused with a Turkish and an English sentence', () => {
    const { messages } = new NoteFormatError('KEY_ID_DIFFERS');
    expect(messages.tr).toMatch(/^\p{Lu}.*\.$/u);
    expect(messages.en).toMatch(/^\p{Lu}.*\.$/u);
  });
});
