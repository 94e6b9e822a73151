import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRoot } from '../../src/audit/merkle.ts';
import { type EvidenceTransaction, type NewLeaf } from '../../src/gateway/commit/evidence-store.ts';
import { type RegisterChange } from '../../src/gateway/register-change.ts';
import { migrate, missingSteps } from '../../src/store/migrations/migrate.ts';
import { STATEMENTS } from '../../src/store/register-statements.ts';
import { insertHead, openHead } from '../../src/store/server/server-heads.ts';
import { ServerAccessTokens } from '../../src/store/server/server-access-tokens.ts';
import { serverAddress } from '../../src/store/server/server-address.ts';
import { ServerCheckpoints } from '../../src/store/server/server-checkpoints.ts';
import { type ServerDatabase } from '../../src/store/server/server-database.ts';
import { ServerDestruction } from '../../src/store/server/server-destruction.ts';
import { ServerEvidenceStore } from '../../src/store/server/server-evidence-store.ts';
import { requireKeyFolder } from '../../src/store/server/server-key-folder.ts';
import { ServerLease } from '../../src/store/server/server-lease.ts';
import { ServerRegisters } from '../../src/store/server/server-registers.ts';
import { requireSuitable } from '../../src/store/server/server-settings.ts';
import { openCopy } from '../../src/store/server/server-store.ts';
import { transactOn } from '../../src/store/server/server-transact.ts';
import { ServerWitnessed } from '../../src/store/server/server-witnessed.ts';
import { FakeMssql, type MssqlAnswer, type SentStatement } from './fake-mssql.ts';
import { aCertificate, anAgency, anAuthority, anOfficial, anOperator } from './people-builder.ts';

const ADDRESS = serverAddress('mssql://user:secret@db.test/gecit');
const NODE = 'gecit.test/node-1';
const BATCH = 256;
const DAY = '2026-11-22';

/** A log of one record, with 64-bit integers as the driver gives them. */
const HEAD_ROW = {
  log: 7, origin: `${NODE}/2026`, size: '1', root: emptyRoot, frontier: Buffer.alloc(0), last_time: '0', next_origin: null,
}; // prettier-ignore
const LEAF_ROW = { log: 7, idx: '0', query_id: 'q', leaf: Buffer.from('{}'), leaf_hash: emptyRoot };
const EXPIRED = { key: 'official:0', request_hash: 'h', query_id: 'q', expires_at: '0' };

const SUITABLE = { readsDoNotWait: true, snapshots: 1, delayed: 0, version: 15 };

const CHANGES: readonly RegisterChange[] = [
  { kind: 'add-agency', agency: anAgency() },
  { kind: 'add-certificate', certificate: aCertificate() },
  { kind: 'revoke-certificate', fingerprint: 'f', at: 1 },
  { kind: 'add-official', official: anOfficial() },
  { kind: 'add-authority', authority: anAuthority() },
  { kind: 'end-authority', officialId: 'o', agreementId: 'a', at: 1 },
  {
    kind: 'set-activation',
    activation: {
      agreementId: 'a', version: 1, hash: 'h', signedOn: {}, undertaking: null, noticeOn: null,
      terminatedAt: null, suspendedAt: 1_800_000_000_123,
    },
  },
  { kind: 'lower-limit', scope: 's', limit: 5 },
  { kind: 'restore-limit', scope: 's' },
  { kind: 'add-operator', operator: anOperator() },
  { kind: 'end-operator', operatorId: 'o', at: 1 },
  { kind: 'place-hold', hold: { id: 'h', scope: { kid: 'k' }, placedAt: 1, record: 'r', liftedAt: null } },
  { kind: 'lift-hold', holdId: 'h', at: 1 },
  { kind: 'add-plan', plan: { version: 1, id: 'p', madeAt: '2026-11-22T00:00:00Z', day: DAY, kids: [], holds: [] } },
  {
    kind: 'approve-plan',
    planId: 'p',
    approval: { operator: 'o', publicKey: 'k', statement: { action: 'a', at: 't', operator: 'o', details: {} }, signature: 's' },
  },
  { kind: 'destroy-kid', kid: 'k', planId: 'p', day: DAY, record: 'r', again: false },
]; // prettier-ignore

/** Answers as a server that knows this log and little else. */
const ANSWER: MssqlAnswer = ({ sql }) => {
  if (sql.includes('sys.databases')) return [SUITABLE];
  if (sql.includes('@@ROWCOUNT'))
    return [{ '': /^UPDATE (agreement_activation|quota_limit)/.test(sql) ? 0 : 1 }];
  if (/^update \[quota_counter\]/.test(sql)) return [{ '': (sql.match(/scope = /g) ?? []).length }];
  if (/^delete from \[log_lease\]|^update \[(job_run|cosigned_log)\]/.test(sql)) return [{ '': 0 }];
  if (sql.includes('@@rowcount')) return [{ '': 1 }];
  if (sql.includes('AS now')) return [{ now: '1800000000123' }];
  if (/^select .* from \[audit_leaf\]/.test(sql)) return sql.includes('[idx] >') ? [] : [LEAF_ROW];
  if (/from \[audit_head\]/.test(sql)) return [HEAD_ROW];
  if (/^select .* from \[idempotency\]/.test(sql)) return [EXPIRED];
  if (/from \[register_version\]/.test(sql)) return [{ version: '1' }];
  if (/max_batch/.test(sql)) return [{ max_batch: null }];
  if (/count\(\*\)/.test(sql)) return [{ rows: '1' }];
  return [];
};

/** Everything that the product says to SQL Server, once each way. */
export async function everythingSent(): Promise<FakeMssql> {
  const server = new FakeMssql();
  server.answer = ANSWER;
  const folder = mkdtempSync(join(tmpdir(), 'gecit-mssql-'));
  const database = server.database();
  try {
    await schema(database);
    await evidence(database);
    await registers(database);
    await besides(database);
    await copy(database, folder);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return server;
}

async function schema(database: ServerDatabase): Promise<void> {
  await requireSuitable(database.knex, ADDRESS);
  await missingSteps(database.knex, 'place');
  await migrate(database.patient, 'place');
}

async function evidence(database: ServerDatabase): Promise<void> {
  const store = new ServerEvidenceStore(database, NODE, async () => Promise.resolve());
  const lease = new ServerLease(database, NODE);
  await lease.take();
  store.fence(async () => Promise.resolve());
  await store.transact(async (tx) => wholeTransaction(tx));
  await store.standing();
  await store.standingVersion();
  await store.findRequest('k', 1);
  await store.countersOn(DAY);
  await transactOn(database.commits, async (transaction) => {
    await lease
      .fence()(transaction)
      .catch(() => undefined);
    await openHead(transaction, NODE);
    await insertHead(transaction, { origin: `${NODE}/2027`, vkey: 'v', lastTime: 0 });
  });
  await lease.release();
}

async function wholeTransaction(tx: EvidenceTransaction): Promise<void> {
  await tx.operators();
  const head = await tx.head();
  await tx.standingVersion();
  await tx.leavesOf(['q1', 'q2']);
  const scopes = Array.from({ length: BATCH }, (_, place) => ({
    scope: `official:${String(place)}`,
    day: DAY,
  }));
  await tx.counters(scopes);
  await tx.moveCounters(scopes.map((key) => ({ ...key, from: 0, to: 1 })));
  await tx.moveCounters(scopes.map((key) => ({ ...key, from: 1, to: 2 })));
  const keys = scopes.map(({ scope: key }) => key);
  await tx.idempotency(keys, 1);
  await tx.rememberRequests(
    keys.map((key) => ({ key, requestHash: 'h', queryId: 'q', expiresAt: 1_800_000_000_123 })),
  );
  await tx.appendLeaves(leaves(), [{ level: 1, index: 0, hash: Buffer.alloc(32) }]);
  await tx.moveHead(head, { ...head, size: BATCH, root: Buffer.alloc(32, 1), next: null });
}

function leaves(): NewLeaf[] {
  const bytes = Buffer.from([0, 1, 2]);
  return Array.from({ length: BATCH }, (_, index) => ({
    index,
    queryId: `q${String(index)}`,
    bytes,
    hash: bytes,
    sealed: {
      kid: 'access-p10y-2026-11', salt: bytes, slot: index, nonce: bytes, box: bytes,
      subjectTag: index === 0 ? null : bytes, officialTag: null, caseTag: null, purgeAfter: '2036-11-22',
    },
  })); // prettier-ignore
}

async function registers(database: ServerDatabase): Promise<void> {
  const kinds = new Set(CHANGES.map(({ kind }) => kind));
  if (kinds.size !== Object.keys(STATEMENTS).length) throw new Error('a change of the registers is missing');
  await transactOn(database.commits, async (transaction) => {
    const rows = new ServerRegisters(transaction, 'mssql');
    for (const change of CHANGES) await rows.apply(change);
  });
  const rows = new ServerRegisters(database.knex, 'mssql');
  await rows.identityRows();
  await rows.operators();
  await rows.loweredLimits();
}

async function besides(database: ServerDatabase): Promise<void> {
  const { knex } = database;
  const tokens = new ServerAccessTokens(knex);
  const hash = 'a'.repeat(64);
  await tokens.save({
    tokenHash: hash,
    officialId: 'o',
    certificateFingerprint: 'f',
    expiresAt: 1_800_000_000_123,
  });
  await tokens.find('b'.repeat(64));
  await tokens.removeExpired(1);
  await requireKeyFolder(database, 'mark').catch(() => undefined);
  const at = 1_800_000_000_123;
  const table = new ServerCheckpoints(knex, 7);
  await table.checkpoint({ size: 1, root: Buffer.alloc(32), note: 'n', at });
  await table.cosignature({ size: 1, name: 'w', line: 'l', at });
  const stamp = { authority: 'a', policy: 'p', leafId: 'l', note: 'n', genTime: at };
  await table.stamp({ size: 1, response: Buffer.alloc(3), at, ...stamp });
  await new ServerWitnessed(database, NODE).alone(async (rows) => {
    await rows.find('origin');
    await rows.save({ origin: 'origin', size: 1, root: Buffer.alloc(32), note: 'n', at });
  });
  const register = new ServerDestruction(database, async () => Promise.resolve());
  for (const look of [
    register.holds(),
    register.plans(),
    register.plan('p'),
    register.destroyed(),
    register.parts(),
  ])
    await look;
  await register.deleteParts(['k'], at, () => undefined);
  await register.clean(at);
}

async function copy(database: ServerDatabase, folder: string): Promise<void> {
  const copied = await openCopy(database, NODE, folder);
  await copied.refresh();
  await copied.refresh();
  await copied.close();
}

/** A statement with what it binds, for messages. */
export function spelled({ sql, parameters }: SentStatement): string {
  return `${sql}\n${parameters.map(({ name, type }) => `@${name} ${type}`).join(', ')}`;
}
