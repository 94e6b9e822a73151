import { describe, expect, test } from '@jest/globals';
import { FaultsError } from '../../../src/shared/fault.ts';
import { startGateway as serve } from '../../../src/wiring.ts';
import { FakeSource } from '../../support/fake-source.ts';
import { ROOT } from '../../support/repository.ts';
import { startGateway } from '../../support/start-gateway.ts';

describe('a start that fails', () => {
  test('ends with its own fault, also where a part does not end cleanly; that is logged', async () => {
    await using gateway = await startGateway();
    await gateway.stop();
    const { settings, clock, logger } = gateway;
    const source = new FakeSource({ id: 'iskur-araci-kayit', system: 'iskur-bilgi-sistemi' });
    const stuck = Object.assign(source, {
      close: async (): Promise<void> => Promise.reject(new Error('the source does not end')),
    });
    const failing = { ...settings, ops: { ...settings.ops, host: '203.0.113.1' } };
    const thrown: unknown = await serve(failing, ROOT, { clock, logger, sources: [stuck] }).catch(
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(FaultsError);
    expect(thrown).toMatchObject({ faults: [{ code: 'LISTENER_NOT_OPENED' }] });
    expect(logger.named('gateway.ending-failed')).toMatchObject([
      { error: { message: 'the source does not end' } },
    ]);
  });
});
