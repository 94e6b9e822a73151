import { GatewayError } from '../../src/shared/problem.ts';

/** The code with which `act` refuses, or `nothing`; anything else that is thrown goes on. */
export async function refusalOf(act: () => unknown): Promise<string> {
  try {
    await act();
    return 'nothing';
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown.code;
    throw thrown;
  }
}

/** The refusal itself, for its details. */
export async function errorOf(act: () => unknown): Promise<GatewayError> {
  try {
    await act();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
}
