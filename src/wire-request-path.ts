import { type Agreement } from './agreement/agreement.ts';
import { AgreementBook } from './gateway/agreement-book.ts';
import { SourceWatch } from './monitoring/source-watch.ts';
import { openSources, sourceFinder } from './sources/open-sources.ts';
import { type Source } from './sources/source.ts';
import { sourceEventLogger } from './wire-source-events.ts';
import { openWatching, type Watching, type WatchingParts } from './wire-watching.ts';

/** What a query meets on its way: agreements, the sources that answer them, and who watches. */
export interface RequestPath {
  readonly book: AgreementBook;
  readonly sourceOf: ReturnType<typeof sourceFinder>;
  readonly sourceWatch: SourceWatch;
  readonly watching: Watching;
  close(): Promise<void>;
}

interface Parts extends Omit<WatchingParts, 'catalogue'> {
  readonly agreements: readonly Agreement[];
}

/** @param given sources in place of those that the settings name */
export async function openRequestPath(parts: Parts, given?: readonly Source[]): Promise<RequestPath> {
  const { settings, agreements, logger } = parts;
  const opened = given ?? (await openSources(settings.sources, agreements, sourceEventLogger(logger)));
  const sourceWatch = new SourceWatch();
  const sources = opened.map((source) => sourceWatch.watched(source));
  const sourceOf = sourceFinder(settings.sources, sources);
  const book = new AgreementBook(agreements, sourceOf);
  const watching = await openWatching({ ...parts, catalogue: book });
  return {
    book,
    sourceOf,
    sourceWatch,
    watching,
    close: async () => {
      await watching.close();
      await Promise.all(sources.map(async (source) => source.close()));
    },
  };
}
