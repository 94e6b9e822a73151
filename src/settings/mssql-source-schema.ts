import { z } from 'zod';
import { parseSqlParameterType } from '../shared/sql-parameter-type.ts';
import { type DatabaseServer, databaseServer, parseServerUrl, serverKeys } from './database-server.ts';
import { type ExpandSource } from './expand-source.ts';
import { operationBase, sourceBase } from './source-base-schema.ts';

const PORTS = { mssql: 1433, sqlserver: 1433 };

const url = z.string().refine((text) => parseServerUrl(text, PORTS) !== undefined, {
  params: {
    message: {
      tr: 'bir SQL Server veritabanının adresi değil',
      en: 'not the address of a database of SQL Server',
    },
    remedy: {
      tr: 'mssql://kullanıcı@sunucu:1433/veritabanı yazın; parola adreste durmaz, adlandırılmış kurulumun kendi kapısı yazılır.',
      en: 'Write mssql://user@server:1433/database; a password does not stand in it, and a named instance is given by its port.',
    },
  },
});

const type = z.string().refine((text) => parseSqlParameterType(text) !== undefined, {
  params: {
    message: { tr: 'bilinmeyen bir parametre türü', en: 'not a known type of a parameter' },
    remedy: {
      tr: 'varchar(11), nvarchar(50), char(11), int, bigint, smallint, decimal(11,0) veya date gibi yazın.',
      en: 'Write it like varchar(11), nvarchar(50), char(11), int, bigint, smallint, decimal(11,0) or date.',
    },
  },
});

const name = z.string().regex(/^[\p{L}_][\p{L}\p{N}_]{0,127}$/u);
const procedure = z
  .string()
  .regex(
    /^(?:\[[^[\]]{1,128}\]|[\p{L}_][\p{L}\p{N}_]{0,127})(?:\.(?:\[[^[\]]{1,128}\]|[\p{L}_][\p{L}\p{N}_]{0,127})){0,2}$/u,
  );

const operation = z
  .strictObject({
    ...operationBase,
    /** One SELECT with the input fields as `:tckn`. */
    query: z.string().min(1).optional(),
    /** `schema.procedure`, in place of a query. */
    procedure: procedure.optional(),
    /** The type of each input field. */
    types: z.record(name, type),
    /** The procedure's parameters with the input fields that they take; absent, they bear the names of the fields. */
    arguments: z.record(name, name).optional(),
    /** The procedure's OUTPUT parameters with their types: these are the record, in place of a row. */
    outputs: z.record(name, type).optional(),
    /** Which of the procedure's result sets is the answer; absent, there must be one only. */
    resultSet: z.number().int().min(1).max(16).optional(),
  })
  .superRefine((written, context) => {
    if ((written.query === undefined) === (written.procedure === undefined)) {
      context.addIssue({ code: 'custom', path: ['query'], params: QUERY_OR_PROCEDURE });
      return;
    }
    for (const key of ['arguments', 'outputs', 'resultSet'] as const) {
      if (written[key] !== undefined && written.procedure === undefined)
        context.addIssue({ code: 'custom', path: [key], params: FOR_PROCEDURES });
    }
  });

const QUERY_OR_PROCEDURE = {
  message: {
    tr: 'query ve procedure anahtarlarından tam biri gerekir',
    en: 'exactly one of query and procedure is needed',
  },
  remedy: { tr: 'Yalnızca birini yazın.', en: 'Write one of them.' },
};
const FOR_PROCEDURES = {
  message: { tr: 'bu anahtar yalnızca procedure içindir', en: 'this key is for a procedure only' },
  remedy: { tr: 'Anahtarı silin.', en: 'Remove the key.' },
};

/** A database of SQL Server: which query or stored procedure answers which agreed operation. */
export const mssqlSourceSchema = z.strictObject({
  ...sourceBase,
  ...serverKeys,
  kind: z.literal('mssql'),
  url,
  operations: z.array(operation).min(1),
});

type Written = z.infer<typeof mssqlSourceSchema>;

export interface MssqlSourceSettings extends Written {
  readonly server: DatabaseServer;
}

/** The same with absolute paths, and what its server is. */
export const expandMssqlSource: ExpandSource<Written, MssqlSourceSettings> = (source, surroundings) => {
  const named = parseServerUrl(source.url, PORTS);
  if (named === undefined) throw new TypeError(`no URL: ${source.id}`);
  return { ...source, server: databaseServer(named, source, surroundings) };
};
