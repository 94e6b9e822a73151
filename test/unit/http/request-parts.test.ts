import { describe, expect, test } from '@jest/globals';
import { basicCredentials } from '../../../src/http/basic-credentials.ts';
import { bearerToken } from '../../../src/http/bearer-token.ts';
import { isIdempotencyKey } from '../../../src/http/idempotency-key.ts';
import { parseOperationPath } from '../../../src/http/operation-path.ts';
import { validTraceparent } from '../../../src/http/trace-context.ts';

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('parseOperationPath', () => {
  test('reads agreement and operation, percent-decoded', () => {
    expect(parseOperationPath('/v1/agreements/tr-x/operations/ara%63i')).toEqual({
      agreementId: 'tr-x',
      operationId: 'araci',
    });
  });

  test.each([
    '/v1/agreements/a/operations/',
    '/v1/agreements//operations/b',
    '/v1/agreements/a/operations/b/',
    '/v1/agreements/a/operations/b/batches',
    '/v1/agreements/a/operations/b?x=1',
    '/v1/agreements/a/b/operations/c',
    '/v1/agreements/%zz/operations/b',
    '/v1/agreements/%ff/operations/b',
    '/v1/agreements/a/operations',
    '/V1/agreements/a/operations/b',
    'https://localhost/v1/agreements/a/operations/b',
    '*',
  ])('takes no other target: %s', (target) => {
    expect(parseOperationPath(target)).toBeUndefined();
  });
});

describe('bearerToken', () => {
  test.each(['Bearer abc', 'bearer abc', 'BEARER   abc'])('takes the scheme in any case: %s', (header) => {
    expect(bearerToken(header)).toBe('abc');
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Basic abc',
    'Bearer a=b',
    ' Bearer a',
  ])('takes nothing else: %s', (header) => {
    expect(bearerToken(header)).toBeUndefined();
  });
});

describe('basicCredentials', () => {
  function basic(pair: string): string {
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  }

  test('form-decodes id and secret, the secret may hold colons', () => {
    expect(basicCredentials(basic('a%3Ab+c:d%25e:f'))).toEqual({ clientId: 'a:b c', clientSecret: 'd%e:f' });
  });

  test.each([undefined, '', 'Basic', 'Basic !!!', basic('no-colon'), basic('a:%zz'), 'Bearer abc'])(
    'takes nothing malformed: %s',
    (header) => {
      expect(basicCredentials(header)).toBeUndefined();
    },
  );
});

describe('isIdempotencyKey', () => {
  test('takes 1 to 255 visible ASCII characters', () => {
    expect(['a', '"8e03978e"', 'x'.repeat(255)].every(isIdempotencyKey)).toBe(true);
  });

  test.each(['', 'x'.repeat(256), 'a b', 'a, b', 'ş', 'a\t'])('refuses all else: %s', (key) => {
    expect(isIdempotencyKey(key)).toBe(false);
  });
});

describe('validTraceparent', () => {
  test('keeps a header of the W3C form', () => {
    expect(validTraceparent(TRACE)).toBe(TRACE);
  });

  test.each([
    undefined,
    'x',
    TRACE.toUpperCase(),
    `${TRACE}-extra`,
    TRACE.replace(/^00/, 'ff'),
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`,
    `${TRACE}, ${TRACE}`,
  ])('drops every other: %s', (header) => {
    expect(validTraceparent(header)).toBeUndefined();
  });
});
