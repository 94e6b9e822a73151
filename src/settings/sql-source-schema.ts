import { z } from 'zod';
import { sourceUrl } from './database-url.ts';
import { type ExpandSource } from './expand-source.ts';
import { mappingBase, timeZone } from './mapping-schema.ts';
import { expandUrl } from './placeholders.ts';
import { operationBase, sourceBase } from './source-base-schema.ts';

const query = z
  .string()
  .refine((text) => /^\s*(select|with)\b/i.test(text) && /:[a-z][a-zA-Z0-9]*/.test(text), {
    params: {
      message: {
        tr: 'adlandırılmış parametreli bir SELECT değil',
        en: 'not a SELECT with named parameters',
      },
      remedy: {
        tr: 'Girdi alanlarını :tckn gibi adlarıyla kullanan tek bir SELECT yazın.',
        en: 'Write one SELECT that takes the input fields by name, such as :tckn.',
      },
    },
  });

/** A database reached by its URL: which query answers which agreed operation. */
export const sqlSourceSchema = z.strictObject({
  ...sourceBase,
  kind: z.literal('sql'),
  url: sourceUrl,
  timeZone: timeZone.optional(),
  operations: z
    .array(
      z.strictObject({
        ...operationBase,
        query,
        fields: mappingBase.fields.optional(),
        echo: mappingBase.echo,
      }),
    )
    .min(1),
});

export type SqlSourceSettings = z.infer<typeof sqlSourceSchema>;

/** The same with absolute paths. */
export const expandSqlSource: ExpandSource<SqlSourceSettings> = (source, { folders, root }) => ({
  ...source,
  url: expandUrl(source.url, folders, root),
});
