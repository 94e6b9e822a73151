import { describe, expect, test } from '@jest/globals';
import { redact, redactText } from '../../../src/shared/redact.ts';
import { newSecret } from '../../../src/identity/secret-hasher.ts';

const TCKN = '17160614084';

describe('redactText', () => {
  test('takes an identity number out of a text wherever it stands', () => {
    expect(redactText(`a${TCKN}b, ${TCKN}`)).toBe('a[tckn]b, [tckn]');
  });

  test('leaves eleven digits that are no identity number, and longer numbers', () => {
    expect(redactText('12345678901 17160614084123')).toBe('12345678901 17160614084123');
  });

  test('takes Bearer and Basic values out and keeps the scheme', () => {
    expect(redactText('authorization: bearer abc.def== then Basic dXNlcjpwYXNz')).toBe(
      'authorization: bearer [redacted] then Basic [redacted]',
    );
  });

  test('takes out every secret that the gateway can make', () => {
    for (let round = 0; round < 100; round++) {
      const secret = newSecret();
      expect(redactText(`value=${secret};`)).toBe('value=[secret];');
    }
  });

  test('keeps fingerprints and query ids', () => {
    const text = `${'ab'.repeat(32)} 0190a0a0-0000-7000-8000-000000000001`;
    expect(redactText(text)).toBe(text);
  });

  test('takes out private keys and passwords in addresses', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----';
    expect(redactText(`${key} postgres://user:hush@db/x`)).toBe(
      '[private key] postgres://user:[redacted]@db/x',
    );
  });

  test('escapes what could forge or turn round a line', () => {
    expect(redactText('a\r\nb\u001b[2J\u0085\u2028\u202e')).toBe(
      'a\\u000d\\u000ab\\u001b[2J\\u0085\\u2028\\u202e',
    );
  });
});

describe('redact', () => {
  test('reaches every depth: objects, arrays, maps, sets, numbers and member names', () => {
    const value = {
      list: [{ deep: TCKN }],
      map: new Map([[TCKN, Number(TCKN)]]),
      set: new Set([BigInt(TCKN)]),
    };
    expect(redact(value)).toEqual({
      list: [{ deep: '[tckn]' }],
      map: { '[tckn]': '[tckn]' },
      set: ['[tckn]'],
    });
  });

  test.each([
    'clientSecret',
    'access_token',
    'Password',
    'authorization',
    'totpSecret',
    'set-cookie',
    'privateKey',
  ])('drops the value of a member named %s, whatever it is', (name) => {
    expect(redact({ [name]: { any: 'thing' } })).toEqual({ [name]: '[redacted]' });
  });

  test('logs bytes by their number and survives a circle', () => {
    const circle: Record<string, unknown> = { bytes: Buffer.from('abc') };
    circle['self'] = circle;
    expect(JSON.stringify(redact(circle))).toContain('[deep]');
    expect(redact({ bytes: Buffer.from('abc') })).toEqual({ bytes: '[3 bytes]' });
  });

  test('logs an error by name, code and frames, without a message that could quote data', () => {
    const error = Object.assign(new Error(`Ali Veli ${TCKN}\n    at Ali Veli`), { code: 'SQLITE_ERROR' });
    const text = JSON.stringify(redact(error));
    expect(text).not.toContain('Ali Veli');
    expect(text).not.toContain(TCKN);
    expect(redact(error)).toMatchObject({ name: 'Error', code: 'SQLITE_ERROR' });
    expect(text).toContain('redact.test.ts');
  });

  test('keeps the message of a fault of the operating system alone', () => {
    const missing = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', syscall: 'open' });
    expect(redact(new TypeError("Cannot create property 'x' on string 'Ali Veli'"))).not.toHaveProperty(
      'message',
    );
    expect(redact(missing)).toMatchObject({ message: 'ENOENT: no such file' });
  });

  test('follows the causes of an error', () => {
    const error = new Error('outer', { cause: new Error(TCKN) });
    expect(redact(error)).toMatchObject({ cause: { name: 'Error' } });
    expect(JSON.stringify(redact(error))).not.toContain(TCKN);
  });
});
