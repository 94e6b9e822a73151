import { z } from 'zod';
import { type ExpandSource } from './expand-source.ts';
import { expanded, expandTls, httpSourceBase, httpsUrl } from './http-source-schema.ts';
import { mappingBase, notFoundMark } from './mapping-schema.ts';
import { expandPath, path } from './placeholders.ts';
import { operationBase } from './source-base-schema.ts';

const user = z.string().regex(/^[^:\p{Cc}]{1,128}$/u);

const oauth2 = z
  .strictObject({
    kind: z.literal('oauth2'),
    tokenUrl: httpsUrl,
    clientId: z.string().min(1).max(256),
    clientAuthentication: z.enum(['basic', 'post', 'tls']).default('basic'),
    clientSecretFile: path.optional(),
    scope: z.string().max(1_000).optional(),
  })
  .refine((given) => (given.clientAuthentication === 'tls') === (given.clientSecretFile === undefined), {
    path: ['clientSecretFile'],
    params: {
      message: {
        tr: 'basic ve post için gerekli, tls için kullanılmaz',
        en: 'needed for basic and post, not used for tls',
      },
      remedy: {
        tr: 'İstemci sırrının dosyasını gösterin ya da anahtarı silin.',
        en: 'Name the file of the client secret, or remove the key.',
      },
    },
  });

const authentication = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('basic'), user, passwordFile: path }),
    oauth2,
  ])
  .prefault({ kind: 'none' });

/** Printable, begins with a slash, and has no segment of dots. */
const requestPath = z.string().regex(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9\-._~!$&'()*+,;=:@%{}]*)+$/);

const operation = z
  .strictObject({
    ...operationBase,
    ...mappingBase,
    method: z.enum(['GET', 'POST']).default('GET'),
    idempotent: z.literal(true).optional(),
    path: requestPath,
    query: z.record(z.string(), z.string()).default({}),
    body: z.json().optional(),
    record: z.string().min(1).max(500).default('$'),
    notFound: z
      .strictObject({
        statuses: z.array(z.number().int().min(204).max(499)).default([404]),
        empty: z.boolean().default(false),
        mark: notFoundMark.optional(),
      })
      .prefault({}),
  })
  .refine(({ method, idempotent }) => (method === 'POST') === (idempotent === true), {
    path: ['idempotent'],
    params: {
      message: {
        tr: 'POST yalnızca okuyorsa kullanılır, GET için bu anahtar yazılmaz',
        en: 'POST is used only where it just reads; GET takes no such key',
      },
      remedy: {
        tr: 'Çağrı karşı tarafta hiçbir şeyi değiştirmiyorsa idempotent: true yazın.',
        en: 'Write idempotent: true if the call changes nothing on the other side.',
      },
    },
  })
  .refine(({ method, body }) => method === 'POST' || body === undefined, {
    path: ['body'],
    params: {
      message: { tr: 'GET gövde göndermez', en: 'GET sends no body' },
      remedy: { tr: 'Gövdeyi silin veya POST kullanın.', en: 'Remove the body, or use POST.' },
    },
  });

/** A service that answers in JSON: which call answers which agreed operation. */
export const restSourceSchema = z.strictObject({
  ...httpSourceBase,
  kind: z.literal('rest'),
  authentication,
  operations: z.array(operation).min(1),
});

export type RestSourceSettings = z.infer<typeof restSourceSchema>;
type Authentication = RestSourceSettings['authentication'];

/** The same with absolute paths. */
export const expandRestSource: ExpandSource<RestSourceSettings> = (source, surroundings) => {
  const { folders, root } = surroundings;
  const authenticationOf = (given: Authentication): Authentication => {
    if (given.kind === 'basic')
      return { ...given, passwordFile: expandPath(given.passwordFile, folders, root) };
    if (given.kind === 'oauth2')
      return { ...given, clientSecretFile: expanded(given.clientSecretFile, surroundings) };
    return given;
  };
  return {
    ...source,
    tls: expandTls(source.tls, surroundings),
    authentication: authenticationOf(source.authentication),
  };
};
