import { type Logger } from './shared/logger.ts';
import { type SourceEvent } from './sources/source-event.ts';

const SENTENCES: Readonly<Record<SourceEvent['kind'], string>> = {
  'reader-lost': 'source.reader-lost: the reader of a source ended and is started anew',
  'breaker-opened': 'source.breaker-opened: a source failed again and again and is left alone for a while',
  'breaker-closed': 'source.breaker-closed: a source that was left alone answers again',
  'identity-unproven':
    'source.identity-unproven: by the settings, nothing proves that a source is the right one',
};

/** Tells the operational log what happens at the sources. */
export function sourceEventLogger(logger: Logger): (event: SourceEvent) => void {
  return ({ kind, source, detail }) => {
    logger.warn(SENTENCES[kind], { source, detail });
  };
}
