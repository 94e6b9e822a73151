const esm = {
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
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
/** @type {import('jest').Config} */
export default {
  coverageProvider: 'babel',
  collectCoverageFrom: ['src/**/*.ts', '!src/console/**', '!src/main.ts'],
  projects: [
    { ...esm, displayName: 'fast', testMatch: ['<rootDir>/test/{unit,property,architecture}/**/*.test.ts'] },
    { ...esm, displayName: 'whole', testMatch: ['<rootDir>/test/{integration,scenario}/**/*.test.ts'] },
  ],
};
