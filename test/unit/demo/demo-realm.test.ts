import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Agreement } from '../../../src/agreement/agreement.ts';
import { loadAgreements } from '../../../src/agreement/load-agreements.ts';
import { type DemoFile } from '../../../src/demo/demo-file.ts';
import { type DemoRegisters, ensureDemoRealm } from '../../../src/demo/demo-realm.ts';
import { updatePartnerUrl } from '../../../src/demo/partner-url.ts';
import { type DemoRealmOptions } from '../../../src/demo/prepare-realm.ts';
import { demoState } from '../../../src/demo/realm-state.ts';
import { type RegisterChange } from '../../../src/gateway/register-change.ts';
import { type Agency, type AgencyCertificate } from '../../../src/identity/agency.ts';
import { SecretHasher } from '../../../src/identity/secret-hasher.ts';
import { isTckn } from '../../../src/shared/tckn.ts';

/** Each realm makes five RSA keys, which takes long where other work shares the processors. */
jest.setTimeout(60_000);

const NOW = Date.UTC(2026, 10, 22, 21, 30);
const DAY = 86_400_000;
const [agreement] = loadAgreements('protocols') as [Agreement];
const hasher = new SecretHasher(Buffer.alloc(32, 7));

/** Registers in memory, which may die before or after a commit. */
class MemoryRegisters implements DemoRegisters {
  readonly changes: RegisterChange[] = [];
  commits = 0;
  dies: 'before' | 'after' | 'never' = 'never';

  async identityRows(): Promise<{ agencies: Agency[]; certificates: AgencyCertificate[] }> {
    const agencies = this.changes.flatMap((change) => (change.kind === 'add-agency' ? [change.agency] : []));
    const certificates = this.changes.flatMap((one) =>
      one.kind === 'add-certificate' ? [one.certificate] : [],
    );
    return Promise.resolve({ agencies, certificates });
  }

  async commit(changes: readonly RegisterChange[]): Promise<void> {
    if (this.dies === 'before') throw new Error('killed before the commit');
    this.changes.push(...changes);
    this.commits += 1;
    if (this.dies === 'after') throw new Error('killed after the commit');
    return Promise.resolve();
  }
}

let root: string;
let options: DemoRealmOptions;
let registers: MemoryRegisters;

function newRealm(): void {
  root = mkdtempSync(join(tmpdir(), 'gecit-demo-'));
  options = {
    folders: { projectRoot: root, data: join(root, 'data'), certs: join(root, 'certs') },
    registerFile: join(root, 'data', 'demo', 'register.db'),
    partnerUrl: 'https://localhost:8443',
    agreement,
    hasher,
    clock: { now: () => NOW },
  };
  registers = new MemoryRegisters();
}

function removeRealm(): void {
  rmSync(root, { recursive: true });
}

function demoFile(): DemoFile {
  return JSON.parse(readFileSync(join(root, 'data', 'demo.json'), 'utf8')) as DemoFile;
}

function official(about: string): DemoFile['officials'][number] {
  const found = demoFile().officials.find((one) => one.about.includes(about));
  if (found === undefined) throw new Error(`no official: ${about}`);
  return found;
}

function added<K extends RegisterChange['kind']>(kind: K): Extract<RegisterChange, { kind: K }>[] {
  return registers.changes.filter(
    (change): change is Extract<RegisterChange, { kind: K }> => change.kind === kind,
  );
}

describe('the demo realm', () => {
  let outcome: string;

  beforeAll(async () => {
    newRealm();
    outcome = await ensureDemoRealm(options, registers);
  });

  afterAll(removeRealm);

  test('stands in the files that partners are told of, with keys and secrets for their owner only', () => {
    expect(outcome).toBe('made');
    const names = ['ca', 'cgm', 'iskur', 'other', 'server'].flatMap((name) => [`${name}.crt`, `${name}.key`]);
    const folder = join(root, 'certs', 'demo');
    expect(readdirSync(folder).sort()).toEqual([...names, 'cgm.p12', 'iskur.p12', 'other.p12'].sort());
    const secret = readdirSync(folder).filter((name) => !name.endsWith('.crt'));
    for (const name of secret) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, 'data', 'demo.json')).mode & 0o777).toBe(0o600);
    expect(demoFile().agencies[0]).toMatchObject({
      id: 'cgm',
      cert: 'certs/demo/cgm.crt',
      key: 'certs/demo/cgm.key',
    });
    expect(demoState(options.folders)).toBe('complete');
  });

  test('signs the agreement for both parties thirty days ago in the zone of the agreement, with its undertaking', () => {
    const [activation] = added('set-activation');
    // 21:30 UTC is the next calendar day in Istanbul.
    expect(activation?.activation).toEqual({
      agreementId: agreement.id,
      version: agreement.version,
      hash: agreement.hash,
      signedOn: { cgm: '2026-10-24', iskur: '2026-10-24' },
      undertaking: { version: '2024-1', signedOn: '2026-10-24' },
      noticeOn: null,
      terminatedAt: null,
      suspendedAt: null,
    });
  });

  test('registers three agencies and the certificate of each', () => {
    expect(added('add-agency').map(({ agency }) => agency.id)).toEqual(['cgm', 'iskur', 'other']);
    const certificates = added('add-certificate').map(({ certificate }) => certificate);
    expect(certificates.map(({ agencyId }) => agencyId)).toEqual(['cgm', 'iskur', 'other']);
    for (const one of certificates) expect(one).toMatchObject({ revokedAt: null, validTo: NOW + 397 * DAY });
  });

  test('has an official for each rule, and the first may query', () => {
    expect(demoFile().officials[0]).toMatchObject({ agency: 'cgm', about: 'may query', dailyQuota: 50 });
    expect(demoFile().officials[0]?.allowedAddresses).toEqual(['127.0.0.0/8', '::1']);
    expect(official('127.0.0.2 only').allowedAddresses).toEqual(['127.0.0.2']);
    expect(official('daily quota of 3').dailyQuota).toBe(3);
    expect(official('daily quota of 100').dailyQuota).toBe(100);
    expect(official('AGREEMENT_NOT_FOUND').agency).toBe('other');
    expect(authorityOf('OFFICIAL_NOT_AUTHORISED')?.until).toBeLessThan(NOW);
    expect(authorityOf('TRAINING_REQUIRED')?.trainingValidUntil).toBeNull();
    expect(authorityOf('UNDERTAKING_REQUIRED')?.undertakingVersion).toBeNull();
    expect(authorityOf('AGREEMENT_NOT_FOUND')).toBeUndefined();
    expect(authorityOf('may query')).toMatchObject({
      agreementId: agreement.id,
      operations: ['araci-sorgu'],
      until: NOW + 365 * DAY,
      undertakingVersion: '2024-1',
    });
  });

  test('keeps the hash of a secret in the registers, and the secret in the demo file only', () => {
    const entered = JSON.stringify(registers.changes);
    for (const { clientId, clientSecret, name } of demoFile().officials) {
      const row = added('add-official').find((one) => one.official.clientId === clientId)?.official;
      expect(row?.secretHash).toBe(hasher.hash(clientSecret));
      expect(entered).not.toContain(clientSecret);
      expect(clientId).toMatch(/^(cgm|other)-[0-9a-f]{10}$/);
      expect(row?.name).toBe(name);
    }
  });

  test('shows one subject for each state of a licence, and one who is in no register', () => {
    const { subjects } = demoFile();
    expect(subjects.map(({ about }) => about)).toEqual([
      'licensed, workers reported',
      'licensed, worker count not reported (null, never 0)',
      'licence suspended',
      'licence expired',
      'licence cancelled',
      'unknown number with a valid checksum',
    ]);
    for (const { tckn } of subjects) expect(isTckn(tckn)).toBe(true);
  });
});

function authorityOf(
  about: string,
): Extract<RegisterChange, { kind: 'add-authority' }>['authority'] | undefined {
  const { clientId } = official(about);
  const id = added('add-official').find((one) => one.official.clientId === clientId)?.official.id;
  return added('add-authority').find(({ authority }) => authority.officialId === id)?.authority;
}

describe('a start of the demo realm', () => {
  let made: { readonly folder: string; readonly changes: readonly RegisterChange[] };

  beforeAll(async () => {
    newRealm();
    await ensureDemoRealm(options, registers);
    made = { folder: root, changes: registers.changes };
  });

  afterAll(() => {
    rmSync(made.folder, { recursive: true });
  });

  beforeEach(newRealm);
  afterEach(removeRealm);

  /** Puts a whole realm where the test's own stands, in files and registers. */
  function putRealm(into: MemoryRegisters = registers): void {
    cpSync(made.folder, root, { recursive: true });
    into.changes.push(...made.changes);
    into.commits += 1;
  }

  test('names its files by absolute paths where they stand outside the project', async () => {
    const folders = { ...options.folders, projectRoot: join(root, 'elsewhere') };
    await ensureDemoRealm({ ...options, folders }, registers);
    expect(demoFile().agencies[0]?.cert).toBe(join(root, 'certs', 'demo', 'cgm.crt'));
  });

  test('grants nobody more than the ceiling of the agreement', async () => {
    const narrow = { ...agreement, quotas: { ...agreement.quotas, official: 20 } };
    await ensureDemoRealm({ ...options, agreement: narrow }, registers);
    for (const { authority } of added('add-authority')) expect(authority.dailyQuota).toBeLessThanOrEqual(20);
    expect(demoFile().officials[0]?.dailyQuota).toBe(20);
  });

  test('keeps what stands', async () => {
    putRealm();
    const before = readFileSync(join(root, 'data', 'demo.json'));
    expect(await ensureDemoRealm(options, registers)).toBe('kept');
    expect(readFileSync(join(root, 'data', 'demo.json')).equals(before)).toBe(true);
    expect(registers.commits).toBe(1);
  });

  test('begins anew when the one before died before its commit', async () => {
    registers.dies = 'before';
    await expect(ensureDemoRealm(options, registers)).rejects.toThrow('killed');
    expect(demoState(options.folders)).toBe('prepared');
    expect(existsSync(join(root, 'data', 'demo.json'))).toBe(false);
    registers.dies = 'never';
    expect(await ensureDemoRealm(options, registers)).toBe('made');
    expect(demoState(options.folders)).toBe('complete');
    expectFilesOfRegisters();
  });

  test('finishes what the one before committed', async () => {
    registers.dies = 'after';
    await expect(ensureDemoRealm(options, registers)).rejects.toThrow('killed');
    registers.dies = 'never';
    expect(await ensureDemoRealm(options, registers)).toBe('finished');
    expect(registers.commits).toBe(1);
    expectFilesOfRegisters();
  });

  test('begins anew over files that a dying start left without their demo file', async () => {
    putRealm();
    rmSync(join(root, 'data', 'demo.json'));
    rmSync(join(root, 'certs', 'demo', 'cgm.key'));
    expect(demoState(options.folders)).toBe('absent');
    registers = new MemoryRegisters();
    expect(await ensureDemoRealm(options, registers)).toBe('made');
    expectFilesOfRegisters();
  });

  test('begins anew when the database was removed', async () => {
    putRealm();
    registers = new MemoryRegisters();
    expect(await ensureDemoRealm(options, registers)).toBe('made');
    expectFilesOfRegisters();
  });

  test('removes nothing and says what to do when files of a registered realm are missing', async () => {
    putRealm();
    renameSync(join(root, 'certs', 'demo', 'cgm.key'), join(root, 'cgm.key'));
    expect(demoState(options.folders)).toBe('broken');
    await expect(ensureDemoRealm(options, registers)).rejects.toMatchObject({
      faults: [{ code: 'DEMO_REALM_INCOMPLETE' }],
    });
    renameSync(join(root, 'cgm.key'), join(root, 'certs', 'demo', 'cgm.key'));
    expect(await ensureDemoRealm(options, registers)).toBe('kept');
  });

  test('refuses registers of another realm', async () => {
    const others = new MemoryRegisters();
    putRealm(others);
    rmSync(join(root, 'data'), { recursive: true });
    rmSync(join(root, 'certs'), { recursive: true });
    await ensureDemoRealm(options, registers);
    await expect(ensureDemoRealm(options, others)).rejects.toMatchObject({
      faults: [{ code: 'DEMO_REALM_INCOMPLETE' }],
    });
  });

  test('tells the demo file a new address of the gateway and changes nothing else', async () => {
    putRealm();
    const before = demoFile();
    await updatePartnerUrl(options.folders, 'https://localhost:18443');
    expect(demoFile()).toEqual({ ...before, partnerUrl: 'https://localhost:18443' });
    expect(statSync(join(root, 'data', 'demo.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(root, 'data')).sort()).toEqual(['demo', 'demo.json']);
  });
});

/** The people of the demo file are the people of the last commit. */
function expectFilesOfRegisters(): void {
  const listed = demoFile().officials.map((one) => hasher.hash(one.clientSecret));
  const entered = added('add-official').map((one) => one.official.secretHash);
  expect(listed).toEqual(entered.slice(-listed.length));
}
