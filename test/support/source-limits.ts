import { type SourceLimits } from '../../src/sources/source-settings.ts';

/** The limits of a source as the settings give them by default, with other ones where a test needs them. */
export function sourceLimits(overrides: Partial<SourceLimits> = {}): SourceLimits {
  return { retries: 1, breakerFailures: 10, breakerSeconds: 5, ...overrides };
}
