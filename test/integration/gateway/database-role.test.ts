import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyLog } from '../../../src/audit/verify-log.ts';
import { loadOperatorKey } from '../../../src/identity/operator-key.ts';
import { openAdministration } from '../../../src/open-administration.ts';
import { copyFolder, logNode } from '../../../src/settings/places.ts';
import { type Settings } from '../../../src/settings/settings.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { logsToProve } from '../../../src/store/readable-logs.ts';
import { findLogs, openLogOf } from '../../../src/store/find-log.ts';
import { startGateway } from '../../../src/wiring.ts';
import { type DemoAccess, listedAbout } from '../../support/demo-access.ts';
import { FakeSource } from '../../support/fake-source.ts';
import { codeOf, GatewayClient, OfficialClient } from '../../support/gateway-client.ts';
import { KNOWN } from '../../support/gateway-realm.ts';
import { accessIn, fillRealm, placeAt, type RealmPlace, signed } from '../../support/made-gateway-realm.ts';
import { type PostgresDatabase, startPostgres } from '../../support/postgres-server.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { ROOT, textOf } from '../../support/repository.ts';

const ROLE = `gateway_${randomBytes(4).toString('hex')}`;
const [POSTGRES = '', MSSQL = ''] = ['PostgreSQL', 'SQL Server'].map(grantsOf);

/** The grants in the operator's guide for an engine. */
function grantsOf(engine: string): string {
  const [, part = ''] = textOf('docs/operations.md').split(`**${engine}.**`);
  const [, , second = ''] = part.split('```sql\n');
  return second.split('```')[0]?.replaceAll('gecit_gateway', ROLE) ?? '';
}

/** Who may do what to which table and columns. */
function granted(sql: string): string[] {
  return [...sql.matchAll(/GRANT (INSERT|UPDATE|DELETE)( \([^)]*\))? ON (.*) TO/g)]
    .flatMap(([, act = '', columns = '', tables = '']) =>
      tables.split(', ').map((table) => `${act}${columns} ${table.replace('dbo.', '')}`),
    )
    .sort();
}

class ClosableRecorder extends RecordingLogger {
  lost(): Readonly<Record<string, number>> {
    return {};
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

describe('a gateway whose user may insert and select, and little else', () => {
  let place: RealmPlace;
  let database: PostgresDatabase;
  let settings: Settings;
  let access: DemoAccess;

  beforeAll(async () => {
    database = await startPostgres();
    const folder = mkdtempSync(join(tmpdir(), 'gecit-role-'));
    const made = await placeAt(folder, {});
    place = { ...made, settings: { ...made.settings, databaseUrl: database.url } };
    await fillRealm(place);
    access = accessIn(folder);
    await database.run(POSTGRES);
    settings = { ...place.settings, databaseUrl: database.url.replace('//gecit@', `//${ROLE}@`) };
  });

  afterAll(async () => {
    await database.run(`DROP OWNED BY ${ROLE}; DROP ROLE ${ROLE}`);
    await database.stop();
    rmSync(place.folder, { recursive: true, force: true });
  });

  test('starts, answers, refuses and signs, and its log is sound', async () => {
    const source = new FakeSource({ id: 'iskur-araci-kayit', system: 'iskur-bilgi-sistemi' });
    const gateway = await startGateway(settings, ROOT, {
      clock: place.clock,
      logger: new ClosableRecorder(),
      sources: [
        source.answerBy(({ input }) => ({ records: input['tckn'] === KNOWN.tckn ? [KNOWN.record] : [] })),
      ],
    });
    const client = new GatewayClient(access.agencies.cgm, {
      port: Number(new URL(gateway.partnerUrl).port), ca: access.ca, seen: () => undefined,
    }); // prettier-ignore
    const official = new OfficialClient(listedAbout(access.officials, 'may query'), () => client);
    const answers = [
      await official.query(),
      await official.query({ headers: { 'idempotency-key': 'key-1' } }),
      await official.query({ headers: { 'idempotency-key': 'key-1' } }),
      await official.query({ purpose: 'istatistik' }),
    ];
    expect(answers.map(codeOf)).toEqual(['answered', 'answered', 'answered', 'PURPOSE_NOT_ALLOWED']);
    client.close();
    await gateway.close();
    const logs = await logsToProve(
      { databaseUrl: settings.databaseUrl, node: logNode(settings), copies: copyFolder(settings) },
      () => undefined,
    );
    const [origin = ''] = findLogs(logs.url, logNode(settings)).map((found) => found.origin);
    const log = openLogOf(logs.url, origin);
    expect(verifyLog(log, place.clock.now())).toMatchObject({ verdict: 'sound' });
    expect([...log.checkpoints()].length).toBeGreaterThan(0);
    log.close();
    await logs.close();
  });

  test('takes the acts of operators', async () => {
    const administration = await openAdministration(settings, place.clock);
    const act = signed(loadOperatorKey(settings.operatorKey), place.clock, 'demo.create');
    const { fingerprint } = access.agencies.iskur;
    await administration.perform(act, [
      { kind: 'revoke-certificate', fingerprint, at: 1 },
      { kind: 'lower-limit', scope: 's', limit: 1 },
      { kind: 'restore-limit', scope: 's' },
    ]);
    expect((await administration.standing()).identities.certificate(fingerprint)?.revokedAt).toBe(1);
    await administration.close();
    const store = await openStore({
      databaseUrl: settings.databaseUrl, copies: copyFolder(settings), origin: administration.origin,
    }); // prettier-ignore
    const register = await store.openDestruction();
    expect(await register.clean(0)).toBe('delete');
    await store.close();
  });

  test.each([
    'UPDATE audit_leaf SET idx = idx',
    'UPDATE audit_head SET origin = origin',
    'DELETE FROM audit_leaf',
    'DELETE FROM quota_counter',
    'TRUNCATE audit_leaf',
    'ALTER TABLE audit_leaf DISABLE TRIGGER ALL',
    'DROP TRIGGER audit_leaf_guard_update ON audit_leaf',
    'CREATE TABLE other (a int)',
    'DROP TABLE audit_leaf',
    'SET session_replication_role = replica',
  ])('cannot %s', async (sql) => {
    await expect(database.run(`SET ROLE ${ROLE}; ${sql}`)).rejects.toMatchObject({ code: '42501' });
  });

  test('says that its tables are an older version’s, and changes nothing', async () => {
    await database.run("DELETE FROM migration WHERE name LIKE '006%'");
    const opening = openStore({
      databaseUrl: settings.databaseUrl,
      copies: copyFolder(settings),
      origin: 'any',
    });
    await expect(opening).rejects.toMatchObject({ faults: [{ code: 'DATABASE_OLDER' }] });
  });

  test('has the same rights on SQL Server', () => {
    expect(granted(POSTGRES).length).toBeGreaterThan(40);
    expect(granted(MSSQL)).toEqual(granted(POSTGRES));
  });
});
