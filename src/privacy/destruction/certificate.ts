import { z } from 'zod';
import { purgeAfter } from '../../audit/retention.ts';
import { type Operator } from '../../identity/operator.ts';
import { type Approval, validApprovals } from './approval.ts';
import { DestructionError } from './destruction-error.ts';
import { type Cleaning, CLEANINGS } from './destruction-register.ts';
import { isDue, kidTerm } from './kid-term.ts';
import { type DestructionPlan, planHash } from './plan.ts';

/** Where the `keydestroy` leaf of a kid stands. */
export interface DestructionLeaf {
  readonly kid: string;
  readonly origin: string;
  readonly index: number;
  readonly queryId: string;
  /** RFC 6962 leaf hash, base64. */
  readonly hash: string;
}

/** The record of a destruction that is done; names no person asked about. Regulation 30224 m. 7: kept for three years. */
export interface DestructionCertificate {
  readonly version: 1;
  readonly plan: DestructionPlan;
  readonly planHash: string;
  /** Two. */
  readonly approvals: readonly Approval[];
  readonly leaves: readonly DestructionLeaf[];
  readonly method: DestructionMethod;
  /** RFC 3339, UTC. */
  readonly finishedAt: string;
  /** `YYYY-MM-DD` */
  readonly keepUntil: string;
}

/** How it was destroyed. */
export interface DestructionMethod {
  /** Ids of the generation of the master key that ended with it, and of the one that wraps what is left. */
  readonly masterKeyDestroyed: string;
  readonly masterKeyNow: string;
  readonly database: Cleaning;
}

/** A certificate is kept for so long at the least. */
const KEPT_FOR = 'P3Y';
const MOST_CHARACTERS = 1_000_000;

const text = z.string().max(4_000);
const kidSchema = z.strictObject({
  kid: text, parts: z.number().int().min(0), rule: text, from: text, until: text, dueOn: text,
}); // prettier-ignore
const schema = z.strictObject({
  version: z.literal(1),
  plan: z.strictObject({
    version: z.literal(1),
    id: z.string().regex(/^[\w-]{1,64}$/),
    madeAt: text,
    day: text,
    kids: z.array(kidSchema).min(1).max(240),
    holds: z.array(text).max(10_000),
  }),
  planHash: text,
  approvals: z
    .array(
      z.strictObject({
        operator: text,
        publicKey: text,
        statement: z.strictObject({
          action: text,
          at: text,
          operator: text,
          details: z.record(z.string(), z.unknown()),
        }),
        signature: text,
      }),
    )
    .length(2),
  leaves: z
    .array(z.strictObject({ kid: text, origin: text, index: z.number().int(), queryId: text, hash: text }))
    .max(240),
  method: z.strictObject({
    masterKeyDestroyed: text,
    masterKeyNow: text,
    database: z.enum(CLEANINGS),
  }),
  finishedAt: text,
  keepUntil: text,
});

/** First day on which the certificate itself may go. @param day `YYYY-MM-DD` of the destruction */
export function keepUntil(day: string): string {
  return purgeAfter(day, KEPT_FOR);
}

/**
 * Reads a certificate and proves it, since what it names is destroyed again: two different keys of registered operators have
 * signed exactly this plan, and everything in it is due.
 * @param operators everybody who was ever registered
 * @param today `YYYY-MM-DD` in the zone of the gateway
 * @throws DestructionError CERTIFICATE_INVALID
 */
export function readCertificate(
  json: string,
  operators: readonly Operator[],
  today: string,
): DestructionCertificate {
  const { plan, ...rest } = parse(json);
  const approved = validApprovals(plan, rest.approvals, operators).length === 2;
  const due = plan.kids.every(({ kid }) => isDueKid(kid, today));
  if (!approved || !due || rest.planHash !== planHash(plan))
    throw new DestructionError('CERTIFICATE_INVALID');
  return { plan, ...rest };
}

function isDueKid(kid: string, today: string): boolean {
  try {
    return isDue(kidTerm(kid), today);
  } catch {
    return false;
  }
}

function parse(json: string): DestructionCertificate {
  try {
    if (json.length > MOST_CHARACTERS) throw new RangeError('too long');
    return schema.parse(JSON.parse(json));
  } catch {
    throw new DestructionError('CERTIFICATE_INVALID');
  }
}
