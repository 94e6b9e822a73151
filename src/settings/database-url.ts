import { z } from 'zod';
import { unknownPlaceholder } from './placeholders.ts';

const LATER = /^(postgres|postgresql|mssql|sqlserver|mysql):/i;

/** `sqlite:<file>`; other engines are named, so that the refusal says what to expect. */
function sqliteUrl(later: { tr: string; en: string }): z.ZodString {
  return z.string().superRefine((url, context) => {
    if (LATER.test(url)) context.addIssue({ code: 'custom', params: { message: later, remedy: USE_SQLITE } });
    else if (!/^sqlite:.+/.test(url) || unknownPlaceholder(url) || url.includes(':memory:')) {
      context.addIssue({ code: 'custom', params: { message: NOT_SQLITE, remedy: USE_SQLITE } });
    }
  });
}

const USE_SQLITE = {
  tr: 'sqlite:<dosya> yazın, örneğin sqlite:{data}/gecit.db.',
  en: 'Write sqlite:<file>, for example sqlite:{data}/gecit.db.',
};
const NOT_SQLITE = {
  tr: 'bir SQLite dosyasının adresi değil',
  en: 'not the address of an SQLite file',
};

const SERVER = /^(postgres|postgresql|mssql|sqlserver):\/\/[^/]+\/[^/]+/i;

/** The gateway's own database: a file, or a database on a server that several nodes share. */
export const databaseUrl = z.string().superRefine((url, context) => {
  if (SERVER.test(url) && URL.canParse(url)) return;
  if (/^sqlite:.+/.test(url) && !unknownPlaceholder(url) && !url.includes(':memory:')) return;
  context.addIssue({ code: 'custom', params: { message: NO_DATABASE, remedy: USE_ONE } });
});

const NO_DATABASE = {
  tr: 'bir SQLite dosyasının, PostgreSQL ya da SQL Server veritabanının adresi değil',
  en: 'not the address of an SQLite file, or of a database of PostgreSQL or SQL Server',
};
const USE_ONE = {
  tr: 'sqlite:{data}/gecit.db, postgres://gecit@sunucu/gecit ya da mssql://gecit@sunucu/gecit gibi bir adres yazın.',
  en: 'Write an address such as sqlite:{data}/gecit.db, postgres://gecit@server/gecit or mssql://gecit@server/gecit.',
};

/** A provider's register. */
export const sourceUrl = sqliteUrl({
  tr: 'bu sürüm kaynak olarak yalnızca SQLite okur; PostgreSQL, SQL Server ve MySQL sonraki bir sürümde gelir',
  en: 'this version reads SQLite sources only; PostgreSQL, SQL Server and MySQL arrive in a later version',
});
