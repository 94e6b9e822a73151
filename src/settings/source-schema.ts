import { z } from 'zod';
import { sourceUrl } from './database-url.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

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

/** One provider's system: where it is and which query answers which agreed operation. */
export const sourceSchema = z.strictObject({
  id,
  kind: z.literal('sql'),
  system: id,
  url: sourceUrl,
  timeoutMilliseconds: z.number().int().min(50).max(60_000),
  operations: z.array(z.strictObject({ agreement: id, operation: id, query })).min(1),
});

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
