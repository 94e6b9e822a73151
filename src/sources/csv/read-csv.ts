import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { type CsvError, type Info, parse } from 'csv-parse';
import { CsvRefused } from './csv-refused.ts';
import { type CsvSourceSettings } from './csv-source-settings.ts';
import { CsvTable, type NeededColumns } from './csv-table.ts';

/** How a file is read. */
export type CsvFormat = Pick<CsvSourceSettings, 'file' | 'encoding' | 'delimiter' | 'maxBytes' | 'maxRows'>;

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: Info;
}

/** What changes when another file takes the path, and when the file is written over in place. */
export type FileIdentity = string;

const CHUNK_BYTES = 64 * 1024;
const MAX_ROW_BYTES = 64 * 1024;
const UTF8_MARK = [0xef, 0xbb, 0xbf];
const UTF16_MARKS = [
  [0xff, 0xfe],
  [0xfe, 0xff],
];

/**
 * Reads the whole file, a piece at a time, so that others go on meanwhile. It is taken whole or not at all.
 * @throws CsvRefused
 */
export async function readCsv(
  format: CsvFormat,
  needed: NeededColumns,
): Promise<{ readonly table: CsvTable; readonly identity: FileIdentity }> {
  try {
    // A pipe of this name must not hold the source for ever.
    await using file = await open(format.file, constants.O_RDONLY | constants.O_NONBLOCK);
    const before = await file.stat();
    if (!before.isFile()) throw new CsvRefused('NO_FILE');
    if (before.size > format.maxBytes) throw new CsvRefused('TOO_LARGE');
    const table = await tableOf(file, format, needed);
    if (identityOf(await file.stat()) !== identityOf(before)) throw new CsvRefused('CHANGED');
    return { table, identity: identityOf(before) };
  } catch (thrown) {
    throw thrown instanceof CsvRefused ? thrown : refusalOf(thrown);
  }
}

export function identityOf({ dev, ino, size, mtimeMs }: Stats): FileIdentity {
  return [dev, ino, size, mtimeMs].map(String).join(':');
}

async function tableOf(file: FileHandle, format: CsvFormat, needed: NeededColumns): Promise<CsvTable> {
  const { delimiter, maxRows } = format;
  const parser = parse({ delimiter, info: true, max_record_size: MAX_ROW_BYTES, skip_empty_lines: true });
  let table: CsvTable | undefined;
  await pipeline(textOf(file, format), parser, async (rows: AsyncIterable<ParsedRow>) => {
    for await (const { record, info } of rows) {
      if (table === undefined) table = new CsvTable(record, needed);
      else if (table.rows >= maxRows) throw new CsvRefused('TOO_MANY_ROWS', info.lines);
      else table.add(record, info.lines);
    }
  });
  if (table === undefined) throw new CsvRefused('NO_HEADER');
  return table;
}

async function* textOf(file: FileHandle, { encoding, maxBytes }: CsvFormat): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let size = 0;
  for (let read = (await file.read(chunk)).bytesRead; read > 0; read = (await file.read(chunk)).bytesRead) {
    const bytes = chunk.subarray(0, read);
    if (size === 0) requireEncoding(bytes, encoding);
    size += read;
    if (size > maxBytes) throw new CsvRefused('TOO_LARGE');
    yield decoder.decode(bytes, { stream: true });
  }
  yield decoder.decode();
}

/** A mark at the beginning says what the file is; a reader of another encoding would take it for text. */
function requireEncoding(bytes: Buffer, encoding: CsvFormat['encoding']): void {
  const begins = (mark: readonly number[]): boolean => mark.every((byte, place) => bytes[place] === byte);
  if (UTF16_MARKS.some(begins) || (encoding !== 'utf-8' && begins(UTF8_MARK)))
    throw new CsvRefused('ENCODING', 1);
}

function refusalOf(thrown: unknown): CsvRefused {
  const { code = 'UNKNOWN', lines } = thrown as Partial<CsvError>;
  if (code === ('ERR_ENCODING_INVALID_ENCODED_DATA' as string)) return new CsvRefused('ENCODING');
  return new CsvRefused(code, typeof lines === 'number' ? lines : 0);
}
