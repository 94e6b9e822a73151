import { describe, expect, test } from '@jest/globals';
import { type Activation } from '../../../../src/agreement/activation.ts';
import { type Agreement } from '../../../../src/agreement/agreement.ts';
import { AgreementBook } from '../../../../src/gateway/agreement-book.ts';
import { checkInForce } from '../../../../src/gateway/steps/check-in-force.ts';
import { type WithOperation } from '../../../../src/gateway/exchange-state.ts';
import { findAgreement } from '../../../../src/gateway/steps/find-agreement.ts';
import { findOperation } from '../../../../src/gateway/steps/find-operation.ts';
import { agreementContent, anActivation, anAgreement } from '../../../support/agreement-builder.ts';
import { anExchange, aRequest, type ReadyExchange } from '../../../support/exchange-builder.ts';
import { anAgency, NOON } from '../../../support/people-builder.ts';
import { errorOf, refusalOf } from '../../../support/refusal.ts';
import { aStanding } from '../../../support/standing-builder.ts';

const agreement = anAgreement();
const book = new AgreementBook([agreement], () => undefined);

/** The two steps that find what is asked for, as the pipeline takes them. */
async function findIn(agreements: AgreementBook, state: ReadyExchange): Promise<WithOperation> {
  const found = await findAgreement(agreements).run(state);
  return { ...found, ...(await findOperation.run({ ...state, ...found })) };
}

async function ask(
  agencyId: string,
  asked: { agreementId?: string; operationId?: string } = {},
): Promise<string> {
  const state = anExchange({ agency: anAgency({ id: agencyId }), request: aRequest(asked) });
  return refusalOf(async () => findIn(book, state));
}

describe('finding agreement and operation', () => {
  test('finds what the agreement lists for its consumer, with the activation of the agreement', async () => {
    const found = await findIn(book, anExchange());
    expect(found.agreed.operation.id).toBe('permit-lookup');
    expect(found.agreement.hash).toBe(agreement.hash);
    expect(found.activation?.agreementId).toBe(agreement.id);
  });

  test('refuses an agency that is no party as if the agreement did not exist [R002-002]', async () => {
    expect(await ask('gamma')).toBe('AGREEMENT_NOT_FOUND');
    expect(await ask('alpha', { agreementId: 'nothing-2024' })).toBe('AGREEMENT_NOT_FOUND');
  });

  test('refuses an operation that nobody agreed: default deny [R002-042]', async () => {
    expect(await ask('alpha', { operationId: 'permit-change' })).toBe('OPERATION_NOT_AGREED');
    expect(await ask('alpha', { operationId: '' })).toBe('OPERATION_NOT_AGREED');
  });

  test('refuses a list operation while no annex lists its fields [R002-044]', async () => {
    expect(await ask('alpha', { operationId: 'permit-list' })).toBe('OPERATION_NOT_AGREED');
  });

  test('refuses the reverse direction: the provider has nothing to ask here [R002-047]', async () => {
    expect(await ask('beta')).toBe('OPERATION_NOT_AGREED');
  });

  test.each(['__proto__', 'constructor', 'toString'])('takes %s for no name of anything', async (name) => {
    expect(await ask('alpha', { operationId: name })).toBe('OPERATION_NOT_AGREED');
    expect(await ask('alpha', { agreementId: name })).toBe('AGREEMENT_NOT_FOUND');
  });

  test('refuses an operation that is agreed for other modes only', async () => {
    const operations = agreementContent().operations.map((one) => ({ ...one, modes: ['annual' as const] }));
    const annual = new AgreementBook([anAgreement({ operations })], () => undefined);
    expect(await refusalOf(async () => findIn(annual, anExchange()))).toBe('OPERATION_NOT_AGREED');
  });
});

describe('an agreement with several versions', () => {
  const first = anAgreement({ version: 1 });
  const second = anAgreement({ version: 2 });
  const found = (activated: Agreement | undefined, versions: Agreement[]): number | undefined => {
    const activations = activated === undefined ? [] : [anActivation(activated)];
    return new AgreementBook(versions, () => undefined).find(first.id, aStanding({ activations }))?.agreement
      .version;
  };

  test('is asked in the version that was activated, by its hash', () => {
    expect(found(first, [first, second])).toBe(1);
    expect(found(second, [first, second])).toBe(2);
  });

  test('is asked in its newest version while none is activated, however the files are ordered', () => {
    expect(found(undefined, [first, second])).toBe(2);
    expect(found(undefined, [second, first])).toBe(2);
  });
});

describe('check-in-force', () => {
  const run = async (overrides: Partial<Activation> | undefined, now = NOON): Promise<string> => {
    const activation = overrides === undefined ? undefined : anActivation(agreement, overrides);
    return refusalOf(() => checkInForce.run(anExchange({ agreement, activation, now })));
  };

  test('lets data flow while the agreement is in force [R002-013]', async () => {
    expect(await run({})).toBe('nothing');
  });

  test('refuses an agreement that nobody activated or one party did not sign [R002-054]', async () => {
    expect(await run(undefined)).toBe('AGREEMENT_NOT_IN_FORCE');
    expect(await run({ signedOn: { alpha: '2024-03-15' } })).toBe('AGREEMENT_NOT_IN_FORCE');
  });

  test('refuses before the day of the later signature and from the first millisecond after the end [R002-048]', async () => {
    const start = Date.UTC(2024, 2, 14, 21);
    const ended = { noticeOn: '2025-01-10' };
    const end = Date.UTC(2025, 2, 15, 21);
    expect(await run({}, start - 1)).toBe('AGREEMENT_NOT_IN_FORCE');
    expect(await run({}, start)).toBe('nothing');
    expect(await run(ended, end - 1)).toBe('nothing');
    expect(await run(ended, end)).toBe('AGREEMENT_NOT_IN_FORCE');
  });

  test('goes on by itself without a notice [R002-051]', async () => {
    expect(await run({}, Date.UTC(2031, 5, 1))).toBe('nothing');
  });

  test('refuses after a termination took effect, whoever ended it [R002-052]', async () => {
    expect(await run({ terminatedAt: NOON + 1 })).toBe('nothing');
    expect(await run({ terminatedAt: NOON })).toBe('AGREEMENT_NOT_IN_FORCE');
  });

  test('refuses while the agreement is suspended and keeps the reason private', async () => {
    const activation = anActivation(agreement, { suspendedAt: NOON });
    const error = await errorOf(() => checkInForce.run(anExchange({ agreement, activation })));
    expect(error).toMatchObject({
      code: 'AGREEMENT_NOT_IN_FORCE',
      message: 'AGREEMENT_NOT_IN_FORCE',
      cause: 'suspended',
    });
  });

  test("refuses without the consumer's undertaking in its current version [R002-068]", async () => {
    expect(await run({ undertaking: null })).toBe('AGREEMENT_NOT_IN_FORCE');
    expect(await run({ undertaking: { version: '2019-1', signedOn: '2024-03-15' } })).toBe(
      'AGREEMENT_NOT_IN_FORCE',
    );
  });
});
