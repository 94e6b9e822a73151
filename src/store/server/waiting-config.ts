import { type Knex } from 'knex';

/** How long a pool of connections waits, in milliseconds; 0: without end. */
export interface Patience {
  /** For a lock that somebody else holds. */
  readonly lockMilliseconds: number;
  /** For the end of one statement. */
  readonly statementMilliseconds: number;
}

/** What the gateway's clients of knex are configured with. */
export interface WaitingConfig extends Knex.Config {
  /** After so long without an answer a connection is given up. */
  readonly answerMilliseconds: number;
  readonly lockMilliseconds: number;
}

/** Of requests, jobs and commits: what takes longer is not answered any more. */
export const PROMPT: Patience = { lockMilliseconds: 2_000, statementMilliseconds: 10_000 };

/** Of what reads or changes whole tables, at an operator's word. */
export const PATIENT: Patience = { lockMilliseconds: 10_000, statementMilliseconds: 0 };
