import { statSync } from 'node:fs';

/**
 * Folders whose files take longest, slowest first; before them those that run `openssl` all the time: after a process
 * has started another, every page of memory that it touches is copied, so starting is dear once much is taken.
 */
const SLOW = [
  '/test/unit/audit/time-stamp/',
  '/test/integration/notary/',
  '/test/scenario/',
  '/test/integration/gateway/',
  '/test/integration/',
  '/test/property/',
];

/** The order of test files for jest: those of slow folders first, so that no worker ends with a long one alone. */
export default class SlowestFirst {
  sort(tests) {
    const ranked = [...tests].map((test) => ({
      test,
      rank: rankOf(test.path),
      size: statSync(test.path).size,
    }));
    return ranked
      .sort((one, other) => one.rank - other.rank || other.size - one.size)
      .map(({ test }) => test);
  }

  /** Of `jest --onlyFailures`: no outcome is kept, so it runs all. */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {
    // The order does not rest on earlier runs.
  }
}

function rankOf(path) {
  const found = SLOW.findIndex((folder) => path.replaceAll('\\', '/').includes(folder));
  return found === -1 ? SLOW.length : found;
}
