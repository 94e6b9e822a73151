export function linkCommand(root: string): void;
