export function isInstalled(root: string): boolean;
export function install(root: string, say: (text: string) => void): void;
export function markInstalled(root: string): void;
