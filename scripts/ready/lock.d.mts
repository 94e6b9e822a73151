export interface LockOptions {
  readonly patienceMs?: number;
  readonly onWait?: () => void;
}
export function withLock<T>(folder: string, work: () => T | Promise<T>, options?: LockOptions): Promise<T>;
