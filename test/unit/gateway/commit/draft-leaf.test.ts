import { describe, expect, test } from '@jest/globals';
import { draftLeaf, draftPersonal, draftRefusal } from '../../../../src/gateway/commit/draft-leaf.ts';
import { type Partly } from '../../../../src/gateway/exchange-state.ts';
import { GatewayError } from '../../../../src/shared/problem.ts';
import { agreementContent, anAgreement } from '../../../support/agreement-builder.ts';
import { aCaller, anExchange, aRequest, SUBJECT } from '../../../support/exchange-builder.ts';
import { ALPHA_CERTIFICATE, NOON } from '../../../support/people-builder.ts';
import { aStanding } from '../../../support/standing-builder.ts';

/** An exchange of which only its arrival is known. */
function arrived(overrides: Partial<Partly> = {}): Partly {
  return { caller: aCaller(), standing: aStanding(), now: NOON, onExit: () => undefined, ...overrides };
}

describe('the draft of a leaf', () => {
  test('names agreement, operation, purpose and how the person was proven [R002-081]', () => {
    const agreement = anAgreement();
    expect(draftLeaf(anExchange({ agreement }))).toMatchObject({
      agency: 'alpha',
      certificate: ALPHA_CERTIFICATE,
      tls: 'TLSv1.3',
      proof: 'shared-secret',
      agreement: agreement.id,
      agreementVersion: 1,
      agreementHash: agreement.hash,
      operation: 'permit-lookup',
      provider: 'beta',
      legalBasis: ['circular-2017-6'],
      purpose: 'permit-check',
      mode: 'instant',
      count: 1,
    });
  });

  test('holds null for whatever the exchange did not reach', () => {
    expect(draftLeaf(arrived())).toMatchObject({
      agency: 'alpha',
      proof: null,
      agreement: null,
      agreementVersion: null,
      agreementHash: null,
      operation: null,
      provider: null,
      legalBasis: null,
      purpose: null,
      mode: null,
    });
  });

  test('gives an attempt with a revoked certificate to the agency that had registered it', () => {
    const caller = aCaller({ certificateFingerprint: 'b2'.repeat(32) });
    expect(draftLeaf(arrived()).agency).toBe('alpha');
    expect(draftLeaf(arrived({ caller })).agency).toBeNull();
  });

  test('tells a refusal from a failure by the catalogue [R002-081]', () => {
    const typeOf = (code: ConstructorParameters<typeof GatewayError>[0]): string =>
      draftRefusal(arrived(), new GatewayError(code)).type;
    expect(typeOf('PURPOSE_NOT_AGREED')).toBe('refusal');
    expect(typeOf('OVERLOADED')).toBe('refusal');
    expect(typeOf('SOURCE_UNAVAILABLE')).toBe('failure');
    expect(typeOf('INTERNAL_ERROR')).toBe('failure');
  });
});

describe('the personal part of a record', () => {
  test('says who asked about whom, for which case, from where [R002-030]', () => {
    expect(draftPersonal(anExchange())).toEqual({
      content: {
        address: '10.1.2.3',
        official: { id: 'official-1', name: 'Deniz Örnek', unit: 'alpha-it' },
        input: { tckn: SUBJECT },
        caseReference: '2026/118',
        asked: null,
      },
      subject: { type: 'tckn', value: SUBJECT },
      officialId: 'official-1',
      caseReference: '2026/118',
      retentionClass: 'access',
      keptFor: 'P10Y',
    });
  });

  test('keeps what a refused caller asked for, in bounded words of the caller', () => {
    const long = 'x'.repeat(500);
    const value = { input: { tckn: long, [long]: 5 }, purpose: long, caseReference: long, extra: long };
    const request = aRequest({ agreementId: long, operationId: long, body: { kind: 'json', value } });
    const cut = 'x'.repeat(128);
    expect(draftPersonal(arrived({ request })).content['asked']).toEqual({
      agreement: cut,
      operation: cut,
      purpose: cut,
      caseReference: cut,
      input: { tckn: cut },
    });
  });

  test('finds the person asked about also when the request was refused before its check [R002-030]', () => {
    const personal = draftPersonal(arrived({ request: aRequest() }));
    expect(personal.subject).toEqual({ type: 'tckn', value: SUBJECT });
    expect(personal.content['input']).toBeNull();
  });

  test.each([null, 'text', ['list'], { input: 'text' }, { input: null }, {}])(
    'takes a body of any shape: %j',
    (value) => {
      const request = aRequest({ body: { kind: 'json', value } });
      const { agreementId: agreement, operationId: operation } = request;
      expect(draftPersonal(arrived({ request })).content['asked']).toEqual({
        agreement,
        operation,
        input: {},
      });
    },
  );

  test('keeps the client id of a refused token request, never its secret', () => {
    const tokenRequest = { ...aRequest(), clientId: 'client-1', clientSecret: 'hush' };
    expect(draftPersonal({ ...arrived(), tokenRequest }).content['asked']).toEqual({ clientId: 'client-1' });
  });

  test('names nobody and nothing that was not reached', () => {
    expect(draftPersonal(arrived())).toMatchObject({
      content: { address: '10.1.2.3', official: null, input: null, caseReference: null, asked: null },
      subject: null,
      officialId: null,
      keptFor: 'P10Y',
    });
  });

  test('is kept as long as the agreement says', () => {
    const retention = agreementContent().retention.map((rule) =>
      rule.class === 'access-record' ? { ...rule, period: 'P3Y' } : rule,
    );
    expect(draftPersonal(arrived({ agreement: anAgreement({ retention }) })).keptFor).toBe('P3Y');
    expect(draftPersonal(arrived({ agreement: anAgreement({ retention: [] }) })).keptFor).toBe('P10Y');
  });
});
