import { MAX_ROW_SIZE } from '../sql-engine.ts';

/** Two rows of the longest letters, and what a protocol adds. A server that sends more has its connection destroyed. */
export const MAX_ANSWER_BYTES = 2 * 3 * MAX_ROW_SIZE + 256 * 1024;
