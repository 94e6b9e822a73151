import { type Check, fail } from './check.ts';

/** The node is to be asked at all: one that is about to stop says so while it still answers. */
export function checkStopping(stopping: () => boolean): Check {
  return { name: 'running', look: () => (stopping() ? [fail('STOPPING', STOPPING)] : []) };
}

const STOPPING = { tr: 'Geçit duruyor.', en: 'The gateway is stopping.' };
