import { type SavedStamp } from '../../src/audit/time-stamp/saved-stamp.ts';
import { newQueryId } from '../../src/shared/ids.ts';

/** A stamp as it is kept, with what its leaf states; whether it proves anything is up to the response. */
export function savedStamp(size: number, response: Buffer): SavedStamp {
  const [at, genTime] = [1_000, 1_000];
  return {
    size,
    note: '',
    response,
    at,
    genTime,
    authority: 'tsa.test',
    policy: '1.2.3',
    leafId: newQueryId(),
  };
}
