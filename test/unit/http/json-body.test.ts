import { describe, expect, test } from '@jest/globals';
import { jsonBody } from '../../../src/http/json-body.ts';
import { type ReadBody } from '../../../src/http/read-body.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };

function whole(bytes: string | Buffer): ReadBody {
  return { kind: 'whole', bytes: Buffer.from(bytes) };
}

describe('the body of a query', () => {
  test('is the parsed object, a byte order mark aside', () => {
    expect(jsonBody(JSON_HEADERS, whole('\ufeff{"a":1}'))).toEqual({ kind: 'json', value: { a: 1 } });
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"', 'application/json;'])(
    'may be sent as %s',
    (type) => {
      expect(jsonBody({ 'content-type': type }, whole('{}'))).toEqual({ kind: 'json', value: {} });
    },
  );

  test.each([
    undefined,
    'text/json',
    'application/json; charset=iso-8859-9',
    'application/json; charset=utf-8; x=y',
    'application/jsonx',
    'application/json, application/json',
    'application/problem+json',
  ])('is not supported as %s', (type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(jsonBody(headers, whole('{}'))).toEqual({
      kind: 'unusable',
      code: 'MEDIA_TYPE_NOT_SUPPORTED',
      errors: [],
    });
  });

  test('is not supported in an encoding other than identity', () => {
    const gzip = jsonBody({ ...JSON_HEADERS, 'content-encoding': 'gzip' }, whole('{}'));
    const identity = jsonBody({ ...JSON_HEADERS, 'content-encoding': 'Identity' }, whole('{}'));
    expect(gzip).toMatchObject({ code: 'MEDIA_TYPE_NOT_SUPPORTED' });
    expect(identity).toEqual({ kind: 'json', value: {} });
  });

  test.each<[string, string | Buffer]>([
    ['empty', ''],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['an overlong form', Buffer.from([0xc0, 0xaf])],
    ['not JSON', '{"a":}'],
    ['cut short', '{"a":1'],
    ['followed by more', '{} {}'],
    ['an array', '[]'],
    ['a text', '"a"'],
    ['null', 'null'],
  ])('is invalid at the pointer "" when it is %s', (_name, bytes) => {
    const body = jsonBody(JSON_HEADERS, whole(bytes));
    expect(body).toMatchObject({ kind: 'unusable', code: 'REQUEST_INVALID', errors: [{ pointer: '' }] });
  });

  test('is too large or too slow when it was not read to its end', () => {
    expect(jsonBody(JSON_HEADERS, { kind: 'too-large' })).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(jsonBody(JSON_HEADERS, { kind: 'too-slow' })).toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
