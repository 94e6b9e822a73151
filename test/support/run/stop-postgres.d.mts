export function quitPostgres(
  runFolder: string,
): { readonly pid: number; readonly folder: string } | undefined;
