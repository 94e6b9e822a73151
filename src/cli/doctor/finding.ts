import { type Fault } from '../../shared/fault.ts';
import { type Sentence } from '../../shared/problem.ts';
import { type CommandContext } from '../command.ts';

/** What one look at one thing found. */
export interface Finding {
  readonly what: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: Sentence;
  readonly remedy?: Sentence | undefined;
}

export type Check = (context: CommandContext) => Promise<readonly Finding[]>;

export const FINE: Sentence = { tr: 'sorun yok', en: 'sound' };

/** One finding a fault; a sound one where there is none. */
export function findingsOf(what: string, faults: readonly Fault[]): Finding[] {
  if (faults.length === 0) return [{ what, status: 'ok', message: FINE }];
  return faults.map(({ message, remedy }) => ({ what, status: 'fail', message, remedy }));
}
