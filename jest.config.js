/** @type {import('jest').Config} */
export default {
  coverageProvider: 'babel',
  collectCoverageFrom: ['src/**/*.ts', '!src/console/**', '!src/main.ts'],
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/run/make-run-folder.mjs',
  globalTeardown: '<rootDir>/test/support/run/remove-run-folder.mjs',
  testEnvironment: '<rootDir>/test/support/run/environment.mjs',
  testSequencer: '<rootDir>/test/support/run/slowest-first.mjs',
  // A machine that does other things besides is no reason to fail.
  testTimeout: 60_000,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', importAttributes: true },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
