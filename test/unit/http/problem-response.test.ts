import { describe, expect, test } from '@jest/globals';
import { problemBytes, problemMessage } from '../../../src/http/problem-response.ts';
import { GatewayError, type ProblemCode, PROBLEMS } from '../../../src/shared/problem.ts';
import { PROBLEM_MESSAGES } from '../../../src/shared/problem-messages.ts';

const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const QUERY_ID = '0190a0a0-0000-7000-8000-000000000001';
const QUOTA = { limit: 50, remaining: 12, resetSeconds: 60 };
const FAULT = { pointer: '/input/tckn', messages: { tr: 'Eksik.', en: 'Missing.' } };

function headerOf(headers: readonly string[], name: string): string | undefined {
  const place = headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name);
  return place < 0 ? undefined : headers[place + 1];
}

describe('the problem catalogue', () => {
  test('and its sentences name the same codes', () => {
    expect(Object.keys(PROBLEM_MESSAGES).sort()).toEqual([...CODES].sort());
  });

  test.each(CODES)('gives %s a sentence that happened and a remedy in both languages', (code) => {
    const { tr, en } = PROBLEM_MESSAGES[code];
    expect(tr).toMatch(/^\p{Lu}.+[.;] .+\.$/u);
    expect(en).toMatch(/^\p{Lu}.+[.;,] .+\.$/u);
    expect(tr).not.toBe(en);
  });
});

describe('problemMessage', () => {
  test.each(CODES)('writes %s with its status, code and both languages', (code) => {
    const { status, headers, body } = problemMessage(new GatewayError(code), { queryId: QUERY_ID });
    expect(status).toBe(PROBLEMS[code].status);
    expect(headerOf(headers, 'content-type')).toBe('application/problem+json');
    expect(headerOf(headers, 'content-length')).toBe(String(Buffer.byteLength(body)));
    const content = JSON.parse(body) as { title: string };
    expect(content).toEqual({
      type: `urn:gecit:problem:${code}`,
      title: content.title,
      status,
      code,
      messages: PROBLEM_MESSAGES[code],
      errors: [],
      instance: `urn:uuid:${QUERY_ID}`,
    });
    expect(PROBLEM_MESSAGES[code].en.startsWith(content.title)).toBe(true);
  });

  test('names the faults of an invalid request at their pointers', () => {
    const { body } = problemMessage(new GatewayError('REQUEST_INVALID', { errors: [FAULT] }), {
      queryId: QUERY_ID,
    });
    expect(JSON.parse(body)).toMatchObject({ errors: [FAULT] });
  });

  test.each(CODES.filter((code) => PROBLEMS[code].tells === 'little'))(
    'gives the same bytes for %s whatever the cause',
    (code) => {
      const error = new GatewayError(code, {
        cause: new Error('wrong secret'),
        errors: [FAULT],
        quota: QUOTA,
      });
      const plain = problemMessage(new GatewayError(code), { queryId: QUERY_ID });
      expect(problemMessage(error, { queryId: QUERY_ID })).toEqual(plain);
    },
  );

  test.each(CODES)('never writes the cause of %s', (code) => {
    const error = new GatewayError(code, { cause: new Error('hush') });
    expect(problemBytes(error, { queryId: QUERY_ID })).not.toContain('hush');
  });

  test('says when to come back on 429 and 503, in whole seconds, and nowhere else', () => {
    for (const code of CODES) {
      const { status, headers } = problemMessage(new GatewayError(code, { retryAfterSeconds: 1.2 }), {
        queryId: QUERY_ID,
      });
      expect(headerOf(headers, 'retry-after')).toBe([429, 503].includes(status) ? '2' : undefined);
    }
    const unknown = problemMessage(new GatewayError('OVERLOADED'), { queryId: QUERY_ID });
    expect(headerOf(unknown.headers, 'retry-after')).toMatch(/^[1-9][0-9]*$/);
  });

  test("shows the official's own quota where it is known, whichever quota is used up, and none otherwise", () => {
    const known = new GatewayError('QUOTA_EXCEEDED', { retryAfterSeconds: 60, quota: QUOTA });
    const { headers } = problemMessage(known, { queryId: QUERY_ID });
    expect(headerOf(headers, 'ratelimit')).toBe('"daily";r=12;t=60');
    expect(headerOf(headers, 'ratelimit-policy')).toBe('"daily";q=50;w=86400');
    const unknown = problemMessage(new GatewayError('QUOTA_EXCEEDED'), { queryId: QUERY_ID });
    expect(headerOf(unknown.headers, 'ratelimit')).toBeUndefined();
    expect(headerOf(unknown.headers, 'ratelimit-policy')).toBeUndefined();
  });

  test('asks for credentials on 401', () => {
    const { headers } = problemMessage(new GatewayError('OFFICIAL_NOT_RECOGNISED'), { queryId: QUERY_ID });
    expect(headerOf(headers, 'www-authenticate')).toBe('Bearer realm="gecit"');
  });
});
