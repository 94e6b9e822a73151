export function stopPostgres(runFolder: string): void;
