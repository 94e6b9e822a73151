import { type CompiledQuery, type EngineState } from '../sql-engine.ts';
import { type ReadAnswer } from './sqlite-file.ts';

/** Place of a query among the configured ones, and its values in the order of the placeholders. */
export type ReaderCall = readonly [query: number, values: readonly string[]];

/** Gateway to reader. `open` comes once, first; a new `read` only after the last one was answered in full. */
export type ReaderRequest =
  | {
      readonly kind: 'open';
      readonly file: string;
      readonly busyMilliseconds: number;
      readonly queries: readonly CompiledQuery[];
    }
  | { readonly kind: 'read'; readonly calls: readonly ReaderCall[] };

/** Reader to gateway. `answers` follow the order of the calls, in one part or several; `opened` precedes what it is true for. */
export type ReaderReply =
  | { readonly kind: 'opened'; readonly state: EngineState }
  | { readonly kind: 'answers'; readonly answers: readonly ReadAnswer[] };
