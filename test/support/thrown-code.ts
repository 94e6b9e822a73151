/** The code of the error that `work` throws; undefined when it throws none. Anything else that is thrown goes on. */
export function thrownCode(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
    throw thrown;
  }
  return undefined;
}
