import { type Agreement } from './agreement/agreement.ts';
import { AgreementBook } from './gateway/agreement-book.ts';
import { SourceWatch } from './monitoring/source-watch.ts';
import { type SourceFigures } from './sources/guard/source-figures.ts';
import { openSources, sourceFinder } from './sources/open-sources.ts';
import { type Source } from './sources/source.ts';
import { sourceEventLogger } from './wire-source-events.ts';
import { openWatching, type Watching, type WatchingParts } from './wire-watching.ts';

/** What a query meets on its way: agreements, the sources that answer them, and who watches. */
export interface RequestPath {
  readonly book: AgreementBook;
  readonly sourceOf: ReturnType<typeof sourceFinder>;
  readonly sources: SourceWatch;
  /** What the guards of the sources counted; empty where sources are handed in without guards. */
  readonly sourceFigures: () => readonly SourceFigures[];
  readonly watching: Watching;
  close(): Promise<void>;
}

interface Parts extends Omit<WatchingParts, 'catalogue'> {
  readonly agreements: readonly Agreement[];
}

/** @param given sources in place of those that the settings name */
export async function openRequestPath(parts: Parts, given?: readonly Source[]): Promise<RequestPath> {
  const { settings, agreements, logger } = parts;
  const guarded =
    given === undefined ? await openSources(settings.sources, agreements, sourceEventLogger(logger)) : [];
  const sources = new SourceWatch();
  const watched = (given ?? guarded).map((source) => sources.watched(source));
  const sourceOf = sourceFinder(settings.sources, watched);
  const book = new AgreementBook(agreements, sourceOf);
  const watching = await openWatching({ ...parts, catalogue: book });
  return {
    book,
    sourceOf,
    sources,
    sourceFigures: () => guarded.map((source) => source.figures()),
    watching,
    close: async () => {
      await watching.close();
      await Promise.all(watched.map(async (source) => source.close()));
    },
  };
}
