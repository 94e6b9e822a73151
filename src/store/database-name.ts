import { databaseFile } from './database-file.ts';
import { isServerUrl, serverAddress } from './server/server-address.ts';

/** What a database is called in messages and reports: its file, or its server and name without user and password. */
export function databaseName(databaseUrl: string): string {
  return isServerUrl(databaseUrl) ? serverAddress(databaseUrl).place : databaseFile(databaseUrl);
}
