import { z } from 'zod';
import { type ExpandSource, type Surroundings } from './expand-source.ts';
import { expandMssqlSource, mssqlSourceSchema } from './mssql-source-schema.ts';
import { expandRestSource, restSourceSchema } from './rest-source-schema.ts';
import { expandSoapSource, soapSourceSchema } from './soap-source-schema.ts';
import { expandSqlSource, sqlSourceSchema } from './sql-source-schema.ts';

/** One provider's system, by its kind. */
export const sourceSchema = z.discriminatedUnion('kind', [
  sqlSourceSchema,
  mssqlSourceSchema,
  restSourceSchema,
  soapSourceSchema,
]);

type Written = z.infer<typeof sourceSchema>;
type Kind = Written['kind'];

const EXPAND = {
  sql: expandSqlSource,
  mssql: expandMssqlSource,
  rest: expandRestSource,
  soap: expandSoapSource,
} satisfies { readonly [K in Kind]: ExpandSource<Extract<Written, { kind: K }>, { readonly kind: K }> };

/** The settings of a source of any kind. */
export type SourceSettings = ReturnType<(typeof EXPAND)[Kind]>;

/** A source of any kind with absolute paths. */
export function expandSource(source: Written, surroundings: Surroundings): SourceSettings {
  return (EXPAND[source.kind] as ExpandSource<Written, SourceSettings>)(source, surroundings);
}

interface Answers {
  readonly id: string;
  readonly operations: readonly { readonly agreement: string; readonly operation: string }[];
}

/** Source ids differ, and no operation has two answers. */
export function sourcesAgree(sources: readonly Answers[], context: z.RefinementCtx): void {
  const ids = new Set<string>();
  const operations = new Set<string>();
  sources.forEach((source, place) => {
    if (ids.has(source.id)) addDuplicate(context, [place, 'id'], TWICE_ID);
    ids.add(source.id);
    source.operations.forEach(({ agreement, operation }, row) => {
      const key = `${agreement}/${operation}`;
      if (operations.has(key)) addDuplicate(context, [place, 'operations', row], TWICE_OPERATION);
      operations.add(key);
    });
  });
}

const TWICE_ID = { tr: 'bu kaynak kimliği iki kez var', en: 'this source id stands twice' };
const TWICE_OPERATION = {
  tr: 'bu işlemi başka bir kaynak da yanıtlıyor',
  en: 'another source answers this operation as well',
};

function addDuplicate(
  context: z.RefinementCtx,
  path: PropertyKey[],
  message: { tr: string; en: string },
): void {
  const remedy = { tr: 'Birini silin veya yeniden adlandırın.', en: 'Remove or rename one of them.' };
  context.addIssue({ code: 'custom', path, params: { message, remedy } });
}
