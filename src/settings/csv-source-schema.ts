import { z } from 'zod';
import { type ExpandSource } from './expand-source.ts';
import { mappingBase, timeZone } from './mapping-schema.ts';
import { expandPath, path } from './placeholders.ts';
import { operationBase, sourceBase } from './source-base-schema.ts';

const MIB = 1024 * 1024;

/** A small register in a text file: which column finds the row that answers an agreed operation. */
export const csvSourceSchema = z.strictObject({
  ...sourceBase,
  kind: z.literal('csv'),
  file: path,
  encoding: z.enum(['utf-8', 'windows-1254', 'iso-8859-9']).default('utf-8'),
  delimiter: z.enum([';', ',', '\t']).default(';'),
  maxBytes: z
    .number()
    .int()
    .min(1_024)
    .max(64 * MIB)
    .default(16 * MIB),
  maxRows: z.number().int().min(1).max(1_000_000).default(100_000),
  timeZone,
  operations: z
    .array(z.strictObject({ ...operationBase, ...mappingBase, key: z.string().min(1).max(500) }))
    .min(1),
});

export type CsvSourceSettings = z.infer<typeof csvSourceSchema>;

/** The same with absolute paths. */
export const expandCsvSource: ExpandSource<CsvSourceSettings> = (source, { folders, root }) => ({
  ...source,
  file: expandPath(source.file, folders, root),
});
