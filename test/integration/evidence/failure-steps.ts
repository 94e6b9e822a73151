import { type FailingNode } from '../../support/failing-node.ts';
import { type Fault, type Outcome } from '../../support/fault-edges.ts';
import { ForeignLog } from '../../support/witness-rig.ts';

/** A step that writes, and how its failure shows. */
export interface Step extends Pick<Fault, 'step' | 'nth' | 'code'> {
  readonly name: string;
  /** What the caller of the act is told when the step failed, and when it was done and reported as failed. */
  readonly told: { readonly failed: string; readonly persisted: string };
  /** Leaves that a caller was refused and that exist all the same, when the step was done and reported as failed. */
  readonly leaves?: number;
  /** With which outcomes the end of a closed log stays unsigned until the next start or the next seal: a notice. */
  readonly unsignedEnd?: readonly Outcome[];
  /** Another step that fails first. */
  readonly after?: string;
}

/** Something that a node does, with the steps by which it becomes durable, in order. */
export interface Act {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly before?: (node: FailingNode) => Promise<unknown>;
  readonly act: (node: FailingNode) => Promise<string>;
  /** The same again, after the failure; without it, the act itself. */
  readonly again?: (node: FailingNode) => Promise<string>;
  /** What it says then. */
  readonly done: readonly string[];
}

const NOT_DURABLE = both('AUDIT_NOT_DURABLE');
const DISK = both('EIO');
const DATABASE = both('SQLITE_IOERR');
/** Years of the world: the template's, and the one that ends its log. */
const NEXT_YEAR = Date.UTC(2027, 0, 10, 9);

const RECORD: Act = {
  name: 'a record',
  act: async (node) => node.askTwice('key-1'),
  done: ['answered'],
  steps: [
    { name: 'keys of the records: draft', step: 'write access-', told: NOT_DURABLE },
    { name: 'keys of the records: name', step: 'link access-', told: NOT_DURABLE },
    { name: 'keys of the records: folder', step: 'sync keys', told: NOT_DURABLE },
    { name: 'begin', step: 'BEGIN IMMEDIATE', told: NOT_DURABLE },
    { name: 'counter of answers', step: 'INSERT INTO quota_counter', told: NOT_DURABLE },
    { name: 'request for retries', step: 'INSERT INTO idempotency', told: NOT_DURABLE },
    { name: 'name of the keys', step: 'INSERT INTO audit_kid', told: NOT_DURABLE },
    { name: 'first leaf', step: 'INSERT INTO audit_leaf', told: NOT_DURABLE },
    { name: 'last leaf', step: 'INSERT INTO audit_leaf', nth: 2, told: NOT_DURABLE },
    { name: 'personal part', step: 'INSERT INTO audit_personal', told: NOT_DURABLE },
    { name: 'head', step: 'UPDATE audit_head', told: NOT_DURABLE },
    { name: 'root', step: 'INSERT INTO audit_root', told: NOT_DURABLE },
    { name: 'commit', step: 'COMMIT', told: NOT_DURABLE, leaves: 2 },
    { name: 'commit, reported as busy', step: 'COMMIT', code: 'SQLITE_BUSY', told: { failed: 'answered', persisted: 'AUDIT_NOT_DURABLE' }, leaves: 2 },
    { name: 'rollback after a leaf', after: 'INSERT INTO audit_leaf', step: 'ROLLBACK', told: NOT_DURABLE },
  ],
}; // prettier-ignore

const LARGE_RECORD: Act = {
  name: 'a record that completes a subtree',
  // Besides the two leaves of init and realm.
  before: async (node) => node.fill(253),
  act: async (node) => node.askTwice('key-1'),
  done: ['answered'],
  steps: [{ name: 'subtree', step: 'INSERT INTO audit_subtree', told: NOT_DURABLE }],
};

const LATER_RECORD: Act = {
  name: 'a later record',
  before: async (node) => node.askTwice('key-1'),
  act: async (node) => node.ask('key-1'),
  done: ['answered'],
  steps: [
    { name: 'leaf of a retry', step: 'INSERT INTO audit_leaf', told: NOT_DURABLE },
    { name: 'commit of a retry', step: 'COMMIT', told: NOT_DURABLE, leaves: 1 },
  ],
};

const CHECKPOINT: Act = {
  name: 'a checkpoint',
  before: async (node) => node.ask(),
  act: async (node) => node.publish(),
  done: ['done'],
  steps: [
    { name: 'newest signature: draft', step: 'write signed.checkpoint', told: DISK },
    { name: 'newest signature: name', step: 'rename signed.checkpoint', told: DISK },
    { name: 'newest signature: tidying up', step: 'remove signed.checkpoint', told: DISK },
    { name: 'newest signature: folder', step: 'sync 2026', told: DISK },
    { name: 'row', step: 'INSERT INTO audit_checkpoint', told: DATABASE },
    { name: 'row, reported as busy', step: 'INSERT INTO audit_checkpoint', code: 'SQLITE_BUSY', told: both('done') },
  ],
}; // prettier-ignore

const STAMP: Act = {
  name: 'a time stamp',
  before: async (node) => node.ask(),
  act: async (node) => node.stamp(),
  done: ['stamped', 'nothing-new'],
  steps: [
    { name: 'row of the checkpoint', step: 'INSERT INTO audit_checkpoint', told: both('failed') },
    { name: 'row', step: 'INSERT INTO audit_stamp', told: both('failed') },
    { name: 'leaf', step: 'INSERT INTO audit_leaf', told: both('failed') },
    { name: 'commit of the leaf', step: 'COMMIT', told: both('failed') },
  ],
};

const COSIGNATURE: Act = {
  name: 'a cosignature of ours',
  before: async (node) => node.ask(),
  act: async (node) => node.push(),
  done: ['quorum'],
  steps: [
    { name: 'row', step: 'INSERT INTO audit_cosignature', told: { failed: 'no-quorum', persisted: 'quorum' } },
    { name: 'row, reported as busy', step: 'INSERT INTO audit_cosignature', code: 'SQLITE_BUSY', told: both('quorum') },
  ],
}; // prettier-ignore

const WITNESS: readonly Act[] = [
  {
    name: 'a first cosignature for others',
    act: async (node) => node.cosign(0, 5),
    again: async (node) => asLogsAsk(node, 0, 5),
    done: ['cosigned'],
    steps: [
      { name: 'file: draft', step: 'write ', told: DISK },
      { name: 'file: name', step: 'rename ', told: DISK },
      { name: 'file: folder', step: 'sync witnessed', told: DISK },
      { name: 'row', step: 'INSERT INTO cosigned_log', told: DATABASE },
      { name: 'commit', step: 'COMMIT', nth: 2, told: DATABASE },
    ],
  },
  {
    name: 'a cosignature for others',
    before: async (node) => node.cosign(0, 5),
    act: async (node) => node.cosign(5, 8),
    again: async (node) => asLogsAsk(node, 5, 8),
    done: ['cosigned'],
    steps: [
      { name: 'file: draft', step: 'write ', told: DISK },
      { name: 'file: name', step: 'rename ', told: DISK },
      { name: 'file: tidying up', step: 'remove ', told: DISK },
      { name: 'file: folder', step: 'sync witnessed', told: DISK },
      { name: 'row', step: 'UPDATE cosigned_log', told: DATABASE },
      { name: 'commit', step: 'COMMIT', nth: 2, told: DATABASE },
    ],
  },
  {
    name: 'a fork that is refused',
    before: async (node) => node.cosign(0, 5),
    act: async (node) => node.cosign(0, 5, new ForeignLog({ size: 5, history: 'other' })),
    done: ['stale 5'],
    steps: [
      { name: 'leaf', step: 'INSERT INTO audit_leaf', told: both('stale 5') },
      { name: 'commit of the leaf', step: 'COMMIT', nth: 2, told: both('stale 5') },
      { name: 'note: draft', step: 'write ', told: both('stale 5') },
      { name: 'note: name', step: 'link ', told: both('stale 5') },
    ],
  },
];

const ROLLOVER: Act = {
  name: 'a rollover',
  act: async (node) => {
    node.clock.set(NEXT_YEAR);
    return node.askTwice('key-1');
  },
  again: async (node) => {
    node.clock.set(NEXT_YEAR);
    return node.askTwice('key-1');
  },
  done: ['answered'],
  steps: [
    { name: 'key of the next log: draft', step: 'write log-', told: NOT_DURABLE },
    { name: 'key of the next log: name', step: 'link log-', told: NOT_DURABLE },
    { name: 'key of the next log: tidying up', step: 'remove log-', told: NOT_DURABLE },
    { name: 'key of the next log: folder', step: 'sync keys', told: NOT_DURABLE },
    { name: 'last leaf', step: 'INSERT INTO audit_leaf', told: NOT_DURABLE },
    { name: 'closed head', step: 'UPDATE audit_head', told: NOT_DURABLE },
    { name: 'last root', step: 'INSERT INTO audit_root', told: NOT_DURABLE },
    { name: 'new head', step: 'INSERT INTO audit_head', told: NOT_DURABLE },
    { name: 'new key', step: 'INSERT INTO audit_key', told: NOT_DURABLE },
    { name: 'first leaf', step: 'INSERT INTO audit_leaf', nth: 2, told: NOT_DURABLE },
    { name: 'first root', step: 'INSERT INTO audit_root', nth: 2, told: NOT_DURABLE },
    { name: 'commit', step: 'COMMIT', told: NOT_DURABLE, leaves: 2 },
    {
      name: 'signature of the end: file',
      step: 'rename signed.checkpoint',
      told: both('answered'),
      unsignedEnd: ['failed', 'persisted'],
    },
    {
      name: 'signature of the end: row',
      step: 'INSERT INTO audit_checkpoint',
      told: both('answered'),
      unsignedEnd: ['failed'],
    },
  ],
};

/** Every act by which evidence becomes durable. Sealing has a proof of its own: seal-crash.test.ts. */
export const ACTS: readonly Act[] = [
  RECORD,
  LARGE_RECORD,
  LATER_RECORD,
  CHECKPOINT,
  STAMP,
  COSIGNATURE,
  ...WITNESS,
  ROLLOVER,
];

/** A log that is told another size than it believed asks again from there. */
async function asLogsAsk(node: FailingNode, from: number, to: number): Promise<string> {
  const said = await node.cosign(from, to);
  return said === `stale ${String(to)}` ? node.cosign(to, to) : said;
}

function both(told: string): Step['told'] {
  return { failed: told, persisted: told };
}
