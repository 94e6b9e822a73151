import { z } from 'zod';
import { type ExpandSource } from './expand-source.ts';
import { expandTls, httpSourceBase } from './http-source-schema.ts';
import { mappingBase, notFoundMark } from './mapping-schema.ts';
import { expandPath, path } from './placeholders.ts';
import { operationBase } from './source-base-schema.ts';

const name = z.string().regex(/^[\p{L}_][\p{L}\p{N}._-]{0,200}$/u);

const security = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('usernameToken'),
      user: z.string().min(1).max(128),
      passwordFile: path,
      passwordType: z.enum(['digest', 'text']).default('digest'),
      timestamp: z.boolean().default(true),
    }),
    z.strictObject({ kind: z.literal('x509'), certificate: path, key: path }),
  ])
  .prefault({ kind: 'none' });

interface Arguments {
  readonly [name: string]: string | Arguments;
}

/** `_xml` is the package's own key for XML that is not escaped. */
const argumentName = name.refine((text) => text !== '_xml');
const argumentsOf: z.ZodType<Arguments> = z.record(
  argumentName,
  z.union([z.string().max(1_000), z.lazy(() => argumentsOf)]),
);

const operation = z.strictObject({
  ...operationBase,
  ...mappingBase,
  call: name,
  arguments: argumentsOf,
  record: z.string().min(1).max(500).default('.'),
  notFound: z
    .strictObject({
      empty: z.boolean().default(false),
      faults: z.array(z.string().min(1).max(200)).max(100).default([]),
      mark: notFoundMark.optional(),
    })
    .prefault({}),
});

/** A SOAP service described by a WSDL file: which call answers which agreed operation. */
export const soapSourceSchema = z.strictObject({
  ...httpSourceBase,
  kind: z.literal('soap'),
  wsdl: path,
  soapVersion: z.enum(['1.1', '1.2']).default('1.1'),
  service: name.optional(),
  port: name.optional(),
  security,
  operations: z.array(operation).min(1),
});

export type SoapSourceSettings = z.infer<typeof soapSourceSchema>;
type Security = SoapSourceSettings['security'];

/** The same with absolute paths. */
export const expandSoapSource: ExpandSource<SoapSourceSettings> = (source, surroundings) => {
  const at = (file: string): string => expandPath(file, surroundings.folders, surroundings.root);
  const securityOf = (given: Security): Security => {
    if (given.kind === 'none') return given;
    return given.kind === 'x509'
      ? { ...given, certificate: at(given.certificate), key: at(given.key) }
      : { ...given, passwordFile: at(given.passwordFile) };
  };
  return {
    ...source,
    wsdl: at(source.wsdl),
    tls: expandTls(source.tls, surroundings),
    security: securityOf(source.security),
  };
};
