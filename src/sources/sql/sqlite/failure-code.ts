/** The code of what SQLite or the file system threw (`SQLITE_BUSY`, `ENOENT`). A message might quote a value. */
export function failureCode(thrown: unknown): string {
  const code: unknown =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : 'NOT_READABLE';
}
