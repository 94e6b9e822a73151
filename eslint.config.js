import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const bannedEverywhere = [
  {
    selector: 'MemberExpression[property.name=/^toLocale(Lower|Upper)Case$/]',
    message: 'Identifiers are ASCII: use toLowerCase(); for people’s names use shared/turkish-text.ts.',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
];
const bannedInSrc = [
  {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'Only src/settings reads the environment.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Ask the clock (shared/clock.ts).',
  },
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'Ask the clock (shared/clock.ts).',
  },
];
const bannedInTest = [
  {
    selector:
      'CallExpression[callee.object.name="jest"][callee.property.name=/^(mock|unstable_mockModule)$/]',
    message: 'Hand in a fake (test/support) instead of mocking a module.',
  },
];

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'logs/', 'out/', 'data/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/strict-boolean-expressions': 'error',
      '@typescript-eslint/promise-function-async': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'typeLike', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: false } },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // misfires on winston transports
      'no-console': 'error',
      eqeqeq: 'error',
      complexity: ['error', 10],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...bannedEverywhere, ...bannedInSrc] },
  },
  {
    files: ['src/settings/**', 'src/shared/clock.ts'],
    rules: { 'no-restricted-syntax': ['error', ...bannedEverywhere] },
  },
  { files: ['src/cli/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...bannedEverywhere, ...bannedInTest],
      'max-lines-per-function': 'off',
      'max-lines': 'off',
    },
  },
);
