import { type Logger } from './shared/logger.ts';
import { type Store } from './store/store.ts';

/** How often the copy of a server's log is brought up to date for whoever reads it without asking. */
const COPY_MILLISECONDS = 5_000;

/**
 * Keeps what is read without a question, such as the search index, close behind the database.
 * @returns what ends it
 */
export function keepCopied({ readable }: Store, logger: Logger): () => undefined {
  const timer = setInterval(() => {
    readable.refresh().catch((error: unknown) => {
      logger.warn('database.copy-behind: the log could not be copied; the next turn tries again', { error });
    });
  }, COPY_MILLISECONDS);
  return () => {
    clearInterval(timer);
    return undefined;
  };
}
