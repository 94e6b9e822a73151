/** A table of the audit log as it is copied out of a shared database. */
export interface CopiedTable {
  readonly name: string;
  /** Its columns in both databases; the first ones are its key. */
  readonly columns: readonly string[];
  /** Column after `log` by which its rows are read in order. */
  readonly order: string;
}

/** Rows that come with a commit and are never changed: what is new stands behind what was copied. */
export const GROWING: readonly CopiedTable[] = [
  { name: 'audit_leaf', columns: ['log', 'idx', 'query_id', 'leaf', 'leaf_hash'], order: 'idx' },
  {
    name: 'audit_personal',
    columns: [
      'log', 'idx', 'subject_tag', 'official_tag', 'kid', 'purge_after', 'salt', 'slot', 'nonce', 'box', 'case_tag',
    ],
    order: 'idx',
  },
  { name: 'audit_root', columns: ['log', 'size', 'root', 'at'], order: 'size' },
]; // prettier-ignore

/** Complete subtrees: within a level, new ones stand behind what was copied. */
export const SUBTREES = { name: 'audit_subtree', columns: ['log', 'level', 'idx', 'hash'] } as const;

/** Rows that usually come at the end, and may come anywhere: copied anew where their number differs. */
export const SCATTERED: readonly CopiedTable[] = [
  { name: 'audit_key', columns: ['log', 'vkey'], order: 'log' },
  { name: 'audit_checkpoint', columns: ['log', 'size', 'root', 'note', 'at'], order: 'size' },
  { name: 'audit_cosignature', columns: ['log', 'size', 'name', 'line', 'at'], order: 'size' },
  {
    name: 'audit_stamp',
    columns: ['log', 'size', 'response', 'at', 'gen_time', 'authority', 'policy', 'leaf_id'],
    order: 'size',
  },
];

/** Every table that rows are copied into. */
export const COPIED_TABLES: readonly string[] = [
  ...[...GROWING, ...SCATTERED, SUBTREES].map(({ name }) => name),
  'audit_head',
  'audit_kid',
  'destroyed_kid',
];
