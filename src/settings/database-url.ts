import { z } from 'zod';
import { unknownPlaceholder } from './placeholders.ts';

const SERVER = /^(postgres|postgresql|mssql|sqlserver):\/\/[^/]+\/[^/]+/i;

/** The gateway's own database: a file, or a database on a server that several nodes share. */
export const databaseUrl = z.string().superRefine((url, context) => {
  if ((SERVER.test(url) && URL.canParse(url)) || isSqliteUrl(url)) return;
  context.addIssue({ code: 'custom', params: { message: NO_DATABASE, remedy: USE_ONE } });
});

/** Whether the text names an SQLite file. */
export function isSqliteUrl(url: string): boolean {
  return /^sqlite:.+/.test(url) && !unknownPlaceholder(url) && !url.includes(':memory:');
}

const NO_DATABASE = {
  tr: 'bir SQLite dosyasının, PostgreSQL ya da SQL Server veritabanının adresi değil',
  en: 'not the address of an SQLite file, or of a database of PostgreSQL or SQL Server',
};
const USE_ONE = {
  tr: 'sqlite:{data}/gecit.db, postgres://gecit@sunucu/gecit ya da mssql://gecit@sunucu/gecit gibi bir adres yazın.',
  en: 'Write an address such as sqlite:{data}/gecit.db, postgres://gecit@server/gecit or mssql://gecit@server/gecit.',
};
