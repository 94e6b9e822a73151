/** A trigger over the rows of one statement: `inserted` holds them as they are now, `deleted` as they were. */
export interface Guard {
  readonly table: string;
  readonly event: 'INSERT' | 'UPDATE' | 'DELETE';
  /** What the error says after the name of the table. */
  readonly rule: string;
  /** Conditions in standard SQL; the statement is refused when one of them holds. */
  readonly refuses: readonly string[];
}

function never(table: string, event: 'UPDATE' | 'DELETE'): Guard {
  const rows = event === 'UPDATE' ? 'inserted' : 'deleted';
  return { table, event, rule: `no ${event}`, refuses: [`EXISTS (SELECT 1 FROM ${rows})`] };
}

function insert(table: string, rule: string, refuses: readonly string[]): Guard {
  return { table, event: 'INSERT', rule, refuses };
}

function update(table: string, rule: string, refuses: readonly string[]): Guard {
  return { table, event: 'UPDATE', rule, refuses };
}

const LOG: readonly Guard[] = [
  never('audit_leaf', 'UPDATE'),
  never('audit_leaf', 'DELETE'),
  insert('audit_leaf', 'the next index of an open log only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE i.idx < 0 OR (i.idx > 0 AND NOT EXISTS (
       SELECT 1 FROM audit_leaf l WHERE l.log = i.log AND l.idx = i.idx - 1)))`,
    `EXISTS (SELECT 1 FROM inserted i JOIN audit_head h ON h.log = i.log
       WHERE i.idx < h.size OR h.next_origin IS NOT NULL)`,
  ]),
  never('audit_head', 'DELETE'),
  insert('audit_head', 'an empty head only', [
    'EXISTS (SELECT 1 FROM inserted i WHERE i.size <> 0 OR i.next_origin IS NOT NULL)',
  ]),
  update('audit_head', 'forward to the number of leaves only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM deleted d WHERE d.log = i.log AND d.origin = i.origin AND i.size > d.size AND d.next_origin IS NULL))`,
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM audit_leaf l WHERE l.log = i.log AND l.idx = i.size - 1))`,
    `EXISTS (SELECT 1 FROM inserted i JOIN audit_leaf l ON l.log = i.log AND l.idx = i.size)`,
  ]),
  never('audit_root', 'UPDATE'),
  never('audit_root', 'DELETE'),
  insert('audit_root', 'the root of the head only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM audit_head h WHERE h.log = i.log AND h.size = i.size AND h.root = i.root))`,
  ]),
  never('audit_key', 'UPDATE'),
  never('audit_key', 'DELETE'),
  never('audit_subtree', 'UPDATE'),
  never('audit_subtree', 'DELETE'),
  never('audit_kid', 'UPDATE'),
  never('audit_kid', 'DELETE'),
];

const PARTS: readonly Guard[] = [
  never('audit_personal', 'UPDATE'),
  insert('audit_personal', 'together with its leaf only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM audit_leaf l WHERE l.log = i.log AND l.idx = i.idx))`,
    'EXISTS (SELECT 1 FROM inserted i JOIN audit_head h ON h.log = i.log WHERE i.idx < h.size)',
  ]),
  {
    table: 'audit_personal',
    event: 'DELETE',
    rule: 'only what is due and whose keys were destroyed',
    refuses: [
      `EXISTS (SELECT 1 FROM deleted d WHERE NOT EXISTS (
         SELECT 1 FROM destroyed_kid k WHERE k.kid = d.kid AND k.day >= d.purge_after))`,
    ],
  },
];

const PROOFS: readonly Guard[] = [
  never('audit_checkpoint', 'UPDATE'),
  never('audit_checkpoint', 'DELETE'),
  insert('audit_checkpoint', 'the root of a commit only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM audit_root r WHERE r.log = i.log AND r.size = i.size AND r.root = i.root))`,
  ]),
  never('audit_cosignature', 'UPDATE'),
  never('audit_cosignature', 'DELETE'),
  insert('audit_cosignature', 'under a checkpoint only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM audit_checkpoint c WHERE c.log = i.log AND c.size = i.size))`,
  ]),
  never('audit_stamp', 'UPDATE'),
  never('audit_stamp', 'DELETE'),
  insert('audit_stamp', 'over a checkpoint only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM audit_checkpoint c WHERE c.log = i.log AND c.size = i.size))`,
  ]),
  never('cosigned_log', 'DELETE'),
  update('cosigned_log', 'forward only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM deleted d WHERE d.witness = i.witness AND d.origin = i.origin
         AND (i.size > d.size OR (i.size = d.size AND i.root = d.root))))`,
  ]),
];

const COUNTERS: readonly Guard[] = [
  never('quota_counter', 'DELETE'),
  insert('quota_counter', 'from zero upwards', ['EXISTS (SELECT 1 FROM inserted i WHERE i.used < 0)']),
  update('quota_counter', 'upwards only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM deleted d WHERE d.scope = i.scope AND d.day = i.day AND i.used >= d.used))`,
  ]),
  never('register_version', 'DELETE'),
  update('register_version', 'upwards only', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM deleted d WHERE d.id = i.id AND i.version > d.version))`,
  ]),
];

const INSTALLATION: readonly Guard[] = [never('installation', 'UPDATE'), never('installation', 'DELETE')];

const DESTRUCTION: readonly Guard[] = [
  never('legal_hold', 'DELETE'),
  insert('legal_hold', 'a kid or months, in force', [
    `EXISTS (SELECT 1 FROM inserted i WHERE i.lifted_at IS NOT NULL
       OR (i.kid IS NULL AND (i.from_month IS NULL OR i.to_month IS NULL))
       OR (i.kid IS NOT NULL AND (i.from_month IS NOT NULL OR i.to_month IS NOT NULL)))`,
  ]),
  update('legal_hold', 'lifted once, and nothing else', [
    `EXISTS (SELECT 1 FROM inserted i WHERE i.lifted_at IS NULL OR NOT EXISTS (
       SELECT 1 FROM deleted d WHERE d.id = i.id AND d.lifted_at IS NULL AND d.record = i.record
         AND d.placed_at = i.placed_at AND COALESCE(d.kid, '') = COALESCE(i.kid, '')
         AND COALESCE(d.from_month, '') = COALESCE(i.from_month, '')
         AND COALESCE(d.to_month, '') = COALESCE(i.to_month, '')))`,
  ]),
  never('destruction_plan', 'UPDATE'),
  never('destruction_plan', 'DELETE'),
  never('destruction_approval', 'UPDATE'),
  never('destruction_approval', 'DELETE'),
  insert('destruction_approval', 'each operator and each key once', [
    `EXISTS (SELECT 1 FROM inserted i WHERE NOT EXISTS (
       SELECT 1 FROM operator o WHERE o.id = i.operator AND o.public_key = i.public_key))`,
    `EXISTS (SELECT 1 FROM inserted i JOIN destruction_approval a
       ON a."plan" = i."plan" AND a.public_key = i.public_key AND a.operator <> i.operator)`,
  ]),
  never('destroyed_kid', 'DELETE'),
  insert('destroyed_kid', 'approved by two, under no hold', [
    'EXISTS (SELECT 1 FROM inserted i WHERE i.emptied_at IS NOT NULL)',
    `EXISTS (SELECT 1 FROM inserted i WHERE 2 > (
       SELECT COUNT(*) FROM destruction_approval a WHERE a."plan" = i."plan"))`,
    `EXISTS (SELECT 1 FROM inserted i JOIN legal_hold h ON h.lifted_at IS NULL
       AND (h.kid = i.kid OR (RIGHT(i.kid, 7) >= h.from_month AND RIGHT(i.kid, 7) <= h.to_month)))`,
  ]),
  update('destroyed_kid', 'emptied once, and nothing else', [
    `EXISTS (SELECT 1 FROM inserted i WHERE i.emptied_at IS NULL OR NOT EXISTS (
       SELECT 1 FROM deleted d WHERE d.kid = i.kid AND d.emptied_at IS NULL AND d."plan" = i."plan"
         AND d.day = i.day AND d.record = i.record))`,
  ]),
];

/** Every guard of a shared database. What primary and unique keys refuse is not said twice. */
export const RULES: readonly Guard[] = [
  ...LOG,
  ...PARTS,
  ...PROOFS,
  ...COUNTERS,
  ...INSTALLATION,
  ...DESTRUCTION,
];
