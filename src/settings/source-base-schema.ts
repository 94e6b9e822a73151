import { z } from 'zod';

/** Ids of sources, systems, agreements and operations. */
export const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

const count = (minimum: number, maximum: number): z.ZodNumber => z.number().int().min(minimum).max(maximum);

/** What one source may cost the gateway. Every key has a default, so the block may be absent. */
const limits = z
  .strictObject({
    /** Calls under way at once; absent, what suits the kind. */
    concurrency: count(1, 10_000).optional(),
    /** Calls that wait for a place; one more is refused at once. Absent: 100, but not fewer than the places. */
    queue: count(0, 100_000).optional(),
    /** How often a read is asked again after its connection failed, within the time limit. */
    retries: count(0, 5).default(1),
    /** Failed calls in a row after which the source is left alone. */
    breakerFailures: count(1, 1_000).default(10),
    /** How long it is left alone; then one call tries it. */
    breakerSeconds: count(1, 600).default(5),
  })
  .prefault({});

/** The keys that sources of every kind have, beside `kind` and `operations`. */
export const sourceBase = { id, system: id, timeoutMilliseconds: count(50, 60_000), limits };

/** The keys that an operation has in sources of every kind. */
export const operationBase = { agreement: id, operation: id };
