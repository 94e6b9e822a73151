import { type Clock, systemClock } from '../../shared/clock.ts';
import { eraseDestroyed, writeTombstone } from './key-folder.ts';
import { exclusively } from './key-lock.ts';
import { type OnStep } from './key-wrapper.ts';

const silent: OnStep = () => undefined;

/** What a destruction may be given; both are usually left out. */
export interface DestructionParts {
  readonly clock?: Clock;
  readonly onStep?: OnStep;
}

/**
 * Destroys the keys of every kid that is named or has a tombstone, as a start must: files that came back with an old backup of
 * the folder go again. Named kids get a tombstone, so that a repeated call finishes what was interrupted.
 * @param kids what the log says was destroyed
 * @returns the kids whose keys were still there, sorted
 * @throws FaultsError KEY_FOLDER_BUSY while a rotation is under way, KEY_FILE_NOT_WRITABLE; RangeError for what is no kid
 */
export function replayDestruction(
  folder: string,
  kids: Iterable<string>,
  { clock = systemClock, onStep = silent }: DestructionParts = {},
): string[] {
  const at = new Date(clock.now()).toISOString();
  return exclusively(folder, 'rotation', () =>
    exclusively(folder, 'keys', () => {
      for (const kid of kids) {
        // If the process dies after this, the keys are dead to every reader, and the next start erases the file.
        if (writeTombstone(folder, { kid, at, plan: null })) onStep('destruction-decided', kid);
      }
      return eraseDestroyed(folder, onStep);
    }),
  );
}
