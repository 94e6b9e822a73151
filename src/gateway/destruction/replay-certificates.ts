import { type DestructionCertificate, readCertificate } from '../../privacy/destruction/certificate.ts';
import { holds } from '../../privacy/destruction/hold.ts';
import { zonedDay } from '../../shared/zoned-day.ts';
import { commitBatch } from '../commit/commit-batch.ts';
import { type Entry } from '../commit/entry.ts';
import { type RegisterChange } from '../register-change.ts';
import { type DestructionParts } from './destruction-parts.ts';
import { destructionEntry } from './execute-destruction.ts';
import { requireProven } from './require-proven.ts';

/** What a start found of earlier destructions. */
export interface Replay {
  /** Kids whose destruction the database had forgotten, because an older copy of it was restored. */
  readonly decidedAgain: readonly string[];
  /** Kids whose keys had come back and were erased again. */
  readonly keysErased: readonly string[];
  /** Kids that a hold of the restored database covers: they stay until it is lifted, and the next start takes them. */
  readonly held: readonly string[];
  /** Certificates that prove nothing to this gateway and were left alone. */
  readonly invalid: readonly string[];
}

interface Found extends Pick<Replay, 'held' | 'invalid'> {
  readonly forgotten: readonly DestructionCertificate[];
  /** Kids of every certificate that verifies. */
  readonly certified: ReadonlySet<string>;
}

/**
 * Makes what was destroyed stay destroyed, whatever was restored: destructions that certificates prove and the database has
 * forgotten are recorded again, and keys of destroyed kids are erased. Cheap where nothing was restored.
 * @throws FaultsError DESTRUCTION_UNPROVEN where only a row of the database says that a kid was destroyed
 */
export async function replayCertificates(parts: DestructionParts): Promise<Replay> {
  const { forgotten, held, invalid, certified } = await find(parts);
  await requireProven(parts, certified);
  for (const certificate of forgotten) await recordAgain(certificate, parts);
  const dead = new Set((await parts.register.destroyed()).map(({ kid }) => kid));
  const decidedAgain = forgotten.flatMap(({ plan }) => plan.kids.map(({ kid }) => kid));
  // If the process dies before this, the next start finds the kids among the destroyed ones.
  return { decidedAgain, keysErased: parts.keys.replay(dead), held, invalid };
}

/** Deletes parts of destroyed kids that are still there, and cleans the file after them. */
export async function finishDeletion(parts: DestructionParts): Promise<readonly string[]> {
  const { register, acts } = parts;
  const left = (await register.destroyed()).filter(({ emptiedAt }) => emptiedAt === null);
  const kids = left.map(({ kid }) => kid);
  if (kids.length === 0) return [];
  await register.deleteParts(kids, acts.clock.now(), () => undefined);
  parts.purgeIndex(kids);
  await register.clean(acts.clock.now());
  return kids;
}

async function find({ certificates, register, operators, acts }: DestructionParts): Promise<Found> {
  const known = new Set((await register.destroyed()).map(({ kid }) => kid));
  const today = zonedDay(acts.clock.now(), acts.timeZone).date;
  const inForce = await register.holds();
  const registered = await operators();
  const forgotten: DestructionCertificate[] = [];
  const held: string[] = [];
  const invalid: string[] = [];
  const certified = new Set<string>();
  for (const { file, text } of certificates.texts()) {
    const certificate = readOr(() => readCertificate(text, registered, today));
    if (certificate === undefined) {
      invalid.push(file);
      continue;
    }
    for (const { kid } of certificate.plan.kids) certified.add(kid);
    const kids = certificate.plan.kids.filter(({ kid }) => !known.has(kid));
    const kept = kids.filter(({ kid }) => inForce.some((hold) => holds(hold, kid)));
    held.push(...kept.map(({ kid }) => kid));
    if (kids.length > 0 && kept.length === 0) forgotten.push(certificate);
  }
  return { forgotten, held, invalid, certified };
}

function readOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** One durable transaction: plan and approvals as the certificate has them, and a leaf for each kid. */
async function recordAgain(
  { plan, approvals, method }: DestructionCertificate,
  { acts, register }: DestructionParts,
): Promise<void> {
  const stored = await register.plan(plan.id);
  const known = new Set((await register.destroyed()).map(({ kid }) => kid));
  const facts = { masterKey: method.masterKeyDestroyed, again: 'restore' };
  const entries = plan.kids
    .filter(({ kid }) => !known.has(kid))
    .map((kid) => destructionEntry(kid, { plan, approvals, facts, again: true }));
  const missing: RegisterChange[] = approvals
    .filter(({ operator }) => stored?.approvals.some((one) => one.operator === operator) !== true)
    .map((approval) => ({ kind: 'approve-plan', planId: plan.id, approval }));
  if (stored === undefined) missing.unshift({ kind: 'add-plan', plan });
  await acts.store.transact(async (transaction) =>
    commitBatch(transaction, withChanges(entries, missing), await transaction.standing(), acts),
  );
}

function withChanges([first, ...rest]: readonly Entry[], changes: readonly RegisterChange[]): Entry[] {
  return first === undefined ? [] : [{ ...first, changes: [...changes, ...first.changes] }, ...rest];
}
