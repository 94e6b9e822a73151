import { type SourceSettings } from './source-schema.ts';

const SQLITE = 'sqlite:';

/** The file that a source reads; undefined when it is no SQLite file. */
export function sqliteSourceFile(source: SourceSettings): string | undefined {
  return 'url' in source && source.url.startsWith(SQLITE) ? source.url.slice(SQLITE.length) : undefined;
}
