import { type PROBLEMS } from '../src/shared/problem.ts';
import { type PROBLEM_MESSAGES } from '../src/shared/problem-messages.ts';

/** The page docs/errors.md for a catalogue and its sentences. */
export function errorsPage(problems: typeof PROBLEMS, messages: typeof PROBLEM_MESSAGES): string;
