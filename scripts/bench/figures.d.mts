export interface Figures {
  readonly us: number;
  readonly rps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
export interface Servers {
  readonly floor: Figures;
  readonly limit: Figures;
  readonly gateway: Figures;
  /** Another version, where one took turns. */
  readonly before?: Figures;
}
export interface Load {
  readonly answers: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
export function median(values: readonly number[]): number;
export function quantile(sorted: ArrayLike<number>, share: number): number;
export function figuresOf(load: Load, cpuMicroseconds: number): Figures;
export function mediansOf(rounds: readonly Figures[]): Figures;
export function table(title: string, rows: Readonly<Record<string, Figures>>): string;
export function benchLine(
  servers: Servers,
  counts: { readonly answers: number; readonly leaves: number },
): string;
