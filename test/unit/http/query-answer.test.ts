import { describe, expect, test } from '@jest/globals';
import { answerBytes, answerText, quotaHeaders } from '../../../src/http/query-answer.ts';
import { partnerAnswer } from '../../support/fake-partner-gateway.ts';

describe('the answer to a query', () => {
  test('is the envelope of the contract, in its order, and says that nothing may be passed on [R002-023]', () => {
    const answer = partnerAnswer();
    const content = JSON.parse(answerText(answer)) as object;
    expect(content).toEqual({
      queryId: answer.queryId,
      outcome: 'found',
      agreement: answer.agreement,
      purpose: 'cocuk-isciligi-takip',
      data: { adSoyad: 'Örnek Kişi', bildirilenIsciSayisi: null, durum: 'gecerli' },
      onwardSharing: false,
      receipt: {
        origin: 'gecit.test/node-1/2026',
        index: 41,
        leaf: Buffer.from('leaf').toString('base64'),
        opening: Buffer.alloc(32, 7).toString('base64'),
      },
    });
    expect(Object.keys(content)).toEqual([
      'queryId', 'outcome', 'agreement', 'purpose', 'data', 'onwardSharing', 'receipt',
    ]); // prettier-ignore
  });

  test('holds the data as the very text that was committed to', () => {
    const dataJson = '{"a":1.0,"b":"\\u00e7","a":2}';
    expect(answerText(partnerAnswer({ dataJson }))).toContain(`"data":${dataJson},`);
  });

  test('says null where nobody was found', () => {
    const text = answerText(partnerAnswer({ outcome: 'not-found', dataJson: 'null' }));
    expect(JSON.parse(text)).toMatchObject({ outcome: 'not-found', data: null });
  });

  test('cannot be broken by a text that needs escaping', () => {
    const purpose = 'a","data":{"x":1},"y":"';
    expect(JSON.parse(answerText(partnerAnswer({ purpose })))).toMatchObject({ purpose });
  });

  test('is sent as the bytes of its UTF-8 form, whatever its letters are', () => {
    const answer = partnerAnswer({
      dataJson: '{"a":"ağaç İ","b":"\u{1f600}","c":"\u007f\u0080\u00ff"}',
      purpose: 'çocuk',
    });
    const bytes = answerBytes(answer);
    expect(/^[\0-\xff]*$/.test(bytes)).toBe(true);
    const text = Buffer.from(bytes, 'latin1').toString('utf8');
    expect(text).toBe(answerText(answer));
    expect(JSON.parse(text)).toMatchObject({
      data: { a: 'ağaç İ', b: '\u{1f600}', c: '\u007f\u0080\u00ff' },
      purpose: 'çocuk',
    });
  });

  test('states the daily quota in structured fields', () => {
    expect(quotaHeaders({ limit: 50, remaining: 49, resetSeconds: 123 })).toEqual([
      'RateLimit-Policy', '"daily";q=50;w=86400', 'RateLimit', '"daily";r=49;t=123',
    ]); // prettier-ignore
  });
});
