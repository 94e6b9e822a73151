export function quitPostgres(
  runFolder: string,
): { readonly pid: number; readonly folders: readonly string[] } | undefined;
