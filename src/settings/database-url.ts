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

/** The gateway's own database. */
export const databaseUrl = sqliteUrl({
  tr: 'bu sürüm kendi veritabanı olarak yalnızca SQLite kullanır; PostgreSQL ve SQL Server sonraki bir sürümde gelir',
  en: 'this version keeps its own database in SQLite only; PostgreSQL and SQL Server arrive in a later version',
});

/** A provider's register. */
export const sourceUrl = sqliteUrl({
  tr: 'bu sürüm kaynak olarak yalnızca SQLite okur; PostgreSQL, SQL Server ve MySQL sonraki bir sürümde gelir',
  en: 'this version reads SQLite sources only; PostgreSQL, SQL Server and MySQL arrive in a later version',
});
