export function missingSentence(missing: readonly string[]): string;
