import { z } from 'zod';
import {
  type DatabaseServer,
  databaseServer,
  parseServerUrl,
  serverKeys,
  type ServerUrl,
} from './database-server.ts';
import { isSqliteUrl } from './database-url.ts';
import { type ExpandSource } from './expand-source.ts';
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

const PORTS = { postgres: 5432, postgresql: 5432, mysql: 3306, mariadb: 3306 };

const DIALECTS: Readonly<Record<string, 'postgres' | 'mysql'>> = {
  postgres: 'postgres',
  postgresql: 'postgres',
  mysql: 'mysql',
  mariadb: 'mysql',
};

const url = z.string().refine((text) => isSqliteUrl(text) || serverOf(text) !== undefined, {
  params: {
    message: {
      tr: 'bir SQLite dosyasının, PostgreSQL, MySQL ya da MariaDB veritabanının adresi değil',
      en: 'not the address of an SQLite file, or of a database of PostgreSQL, MySQL or MariaDB',
    },
    remedy: {
      tr: 'sqlite:<dosya> ya da postgres://kullanıcı@sunucu:5432/veritabanı yazın; parola adreste durmaz. SQL Server için kind: mssql kullanın.',
      en: 'Write sqlite:<file> or postgres://user@server:5432/database; a password does not stand in it. SQL Server is kind: mssql.',
    },
  },
});

/** A database reached by its URL: which query answers which agreed operation. */
export const sqlSourceSchema = z
  .strictObject({
    ...sourceBase,
    ...serverKeys,
    kind: z.literal('sql'),
    url,
    operations: z.array(z.strictObject({ ...operationBase, query })).min(1),
  })
  .superRefine((source, context) => {
    if (serverOf(source.url) !== undefined) return;
    for (const key of ['passwordFile', 'passwordVariable', 'tls'] as const) {
      if (source[key] !== undefined)
        context.addIssue({ code: 'custom', path: [key], params: NOT_FOR_A_FILE });
    }
  });

const NOT_FOR_A_FILE = {
  message: { tr: 'bu anahtar bir dosya için değil', en: 'this key is not for a file' },
  remedy: {
    tr: 'Anahtarı silin veya bir sunucunun adresini yazın.',
    en: 'Remove it, or give the URL of a server.',
  },
};

type Written = z.infer<typeof sqlSourceSchema>;

export interface SqlSourceSettings extends Written {
  readonly kind: 'sql';
  /** The server that the URL names; undefined: a file. */
  readonly server?: (DatabaseServer & { readonly dialect: 'postgres' | 'mysql' }) | undefined;
}

function serverOf(text: string): ServerUrl | undefined {
  return parseServerUrl(text, PORTS);
}

/** The same with absolute paths, and what its server is. */
export const expandSqlSource: ExpandSource<Written, SqlSourceSettings> = (source, surroundings) => {
  const named = serverOf(source.url);
  if (named === undefined) {
    const { folders, root } = surroundings;
    return { ...source, url: expandUrl(source.url, folders, root), server: undefined };
  }
  const dialect = DIALECTS[named.scheme] ?? 'postgres';
  return { ...source, server: { ...databaseServer(named, source, surroundings), dialect } };
};
