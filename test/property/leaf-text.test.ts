import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anAgreement } from '../support/agreement-builder.ts';
import { anyText } from '../support/any-text.ts';
import { aBody, aRequest, SUBJECT } from '../support/exchange-builder.ts';
import { GatewayRig } from '../support/gateway-rig.ts';

/** Text as a caller could send it; the sign marks it wherever it turns up, escaped or not. */
const MARK = '§';
const text = fc.oneof(fc.string(), anyText({ maxLength: 200 })).map((some) => `${some}${MARK}`);

/** Undefined leaves a good value in its place, so that exchanges get to every depth. */
const sometimes = fc.option(text, { nil: undefined, freq: 3 });
const chosen = fc.record({
  agreementId: sometimes,
  operationId: sometimes,
  bearerToken: sometimes,
  idempotencyKey: sometimes,
  address: sometimes,
  purpose: sometimes,
  caseReference: fc.option(fc.stringMatching(/^Dosya [0-9A-F]{8,16}$/), { nil: undefined }),
  member: sometimes,
});

describe('a leaf', () => {
  test('never holds text that the caller chose, nor anything of a person [R002-081]', async () => {
    const agreement = anAgreement();
    await fc.assert(
      fc.asyncProperty(chosen, async ({ purpose, caseReference, member, ...parts }) => {
        const rig = new GatewayRig({ agreements: [agreement] });
        const value = aBody({
          ...(purpose !== undefined && { purpose }),
          ...(caseReference !== undefined && { caseReference }),
          ...(member !== undefined && { [member]: member }),
        });
        const given = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
        await rig.outcomeOf(aRequest({ ...given, body: { kind: 'json', value } }));
        await rig.queue.drained();
        expect(rig.database.content.leaves).toHaveLength(1);
        const bytes = rig.database.content.leaves[0]?.bytes ?? Buffer.alloc(0);
        const secrets = [
          MARK,
          '\\u00a7',
          SUBJECT,
          'Deniz',
          'official-1',
          '10.1.2.3',
          'Ayşe',
          caseReference ?? '2026/118',
        ];
        for (const secret of secrets) expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
      }),
      { numRuns: 400 },
    );
  });
});
