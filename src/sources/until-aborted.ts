import { unavailable } from './source-error.ts';

/**
 * Settles as the work does, but no later than the signal is aborted; then work that goes on is nobody's any more.
 * @throws GatewayError SOURCE_UNAVAILABLE once the signal is aborted
 */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(unavailable('time-limit'));
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}
