export function isBuilt(root: string): boolean;
export function build(root: string, say: (text: string) => void): void;
