import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkReceipt } from '../../../src/audit/check-receipt.ts';
import { parseVkey } from '../../../src/audit/note/note-key.ts';
import { type DestructionStep } from '../../../src/gateway/destruction/destruction-desk.ts';
import { readCertificate } from '../../../src/privacy/destruction/certificate.ts';
import { evidenceFolder, keyFolder } from '../../../src/settings/places.ts';
import { openAdministration } from '../../../src/open-administration.ts';
import { copyData } from '../../support/destruction-rig.ts';
import {
  answeredOnce,
  approvedPlan,
  beside,
  certificateFile,
  DUE,
  factsOf,
  keysExist,
  KID,
  shortLivedGateway,
} from '../../support/destruction-scene.ts';
import { KNOWN } from '../../support/gateway-realm.ts';
import { type OperatorsOf } from '../../support/operators-of.ts';
import { type TestGateway } from '../../support/start-gateway.ts';
import { filesBelow, remainsOf, type Remains, sampleOfTckns, tryTckns } from '../../support/tckn-search.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Everything that is left: the place of the gateway, and a backup of its database, which never holds keys. */
function remains(gateway: TestGateway): Remains {
  const { folders } = gateway.settings;
  const certificates = join(evidenceFolder(gateway.settings), 'destruction');
  const others = existsSync(certificates) ? filesBelow(certificates) : [];
  const searched = [folders.data, folders.logs, beside(gateway, 'backup')];
  return remainsOf(searched, [keyFolder(gateway.settings)], others);
}

function backUp(gateway: TestGateway): void {
  const backup = beside(gateway, 'backup');
  copyData(gateway.settings, backup);
  rmSync(join(backup, 'keys'), { recursive: true });
}

async function execute(operators: OperatorsOf, plan: string, operator = 'ayse'): Promise<string> {
  const said = await operators.say(operator, 'audit', 'destroy', 'execute', plan);
  return said.code === 0 ? 'executed' : said.err;
}

async function approve(operators: OperatorsOf, operator: string, plan: string): Promise<string> {
  const said = await operators.say(operator, 'audit', 'destroy', 'approve', plan);
  return said.code === 0 ? 'approved' : said.err;
}

describe('what is past its retention', () => {
  test('is destroyed so that trying identity numbers finds nobody in any remaining byte', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    backUp(gateway);
    const many = [KNOWN.tckn, ...sampleOfTckns(10_000, 'destruction')];
    expect(tryTckns(remains(gateway), many.slice(0, 100), [])).toEqual(['HMAC of a number at place 0']);
    expect(await execute(operators, await approvedPlan(operators))).toBe('executed');
    expect(tryTckns(remains(gateway), many, many.slice(0, 4))).toEqual([]);
  });

  test('leaves a log and receipts that prove themselves, and a record that says what was destroyed', async () => {
    await using gateway = await shortLivedGateway();
    const { operators, queryId, answer, proof } = await answeredOnce(gateway);
    const plan = await approvedPlan(operators);
    expect(await execute(operators, plan)).toBe('executed');

    gateway.logs.prove(gateway.clock.now());
    const keys = [parseVkey(gateway.logs.all()[0]?.vkey() ?? '')];
    expect(checkReceipt({ answer, proof, keys })).toMatchObject({ code: 'RECEIPT_SOUND' });
    const shown = await operators.say('ayse', 'audit', 'show', queryId);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('the personal part was destroyed') });
    expect(factsOf(gateway, 'keydestroy')).toEqual([
      {
        plan,
        kid: KID,
        parts: 1,
        rule: 'P1M',
        from: '2026-03-01',
        until: '2026-03-31',
        approvedBy1: 'ayse',
        approvedBy2: 'mehmet',
        masterKey: 'file:1',
      },
    ]);
    expect(keysExist(gateway, KID)).toBe(false);
    expect(existsSync(join(keyFolder(gateway.settings), 'master.key'))).toBe(false);
  });

  test('leaves what is still to be kept readable, under a new master key', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const { out } = await operators.say('ayse', 'audit', 'hold', 'place', '--kid', 'act-p10y-2026-03', '--reason', 'Dava 7', '--json'); // prettier-ignore
    await operators.say('ayse', 'audit', 'hold', 'lift', (await holdIds(operators))[0] ?? '');
    expect(await execute(operators, await approvedPlan(operators))).toBe('executed');
    const { queryId } = JSON.parse(out) as { queryId: string };
    expect((await operators.say('mehmet', 'audit', 'show', queryId)).out).toContain('Dava 7');
    expect(gateway.administration.vault.find('act-p10y-2026-03')).toBeDefined();
  });

  test('has a certificate that anybody can check, and that names nobody', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const plan = await approvedPlan(operators);
    expect(await execute(operators, plan)).toBe('executed');
    const text = readFileSync(certificateFile(gateway, plan), 'utf8');
    const known = await gateway.administration.operators();
    const certificate = readCertificate(text, known, '2026-04-30');
    expect(certificate).toMatchObject({
      keepUntil: '2029-04-29',
      method: {
        masterKeyDestroyed: 'file:1',
        masterKeyNow: 'file:2',
        database: 'secure-delete and vacuum',
      },
    });
    const [leaf] = certificate.leaves;
    const [log] = gateway.logs.all();
    expect(log?.leafOf(leaf?.queryId ?? '')).toMatchObject({ index: leaf?.index });
    expect(log?.leafOf(leaf?.queryId ?? '')?.hash.toString('base64')).toBe(leaf?.hash);
    expect(text).not.toContain(KNOWN.tckn);
    const forged = text.replace('"parts":1', '"parts":2');
    expect(() => readCertificate(forged, known, '2026-04-30')).toThrow('does not bear the signatures');
  });
});

async function holdIds(operators: OperatorsOf): Promise<string[]> {
  const { out } = await operators.say('ayse', 'audit', 'hold', 'list', '--json');
  return (JSON.parse(out) as { id: string }[]).map(({ id }) => id);
}

describe('a plan', () => {
  test('holds nothing that is not due, by one day', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    gateway.clock.set(DUE - 1);
    const said = await operators.say('ayse', 'audit', 'destroy', 'plan');
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is due') });
    expect((await operators.say('ayse', 'audit', 'destroy', 'show')).out).toContain('There are no plans');
  });

  test('needs the approval of two different operators who may still act', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const plan = await operators.plan('ayse');
    expect(await execute(operators, plan)).toContain('lacks the approval of two different operators');
    expect(await approve(operators, 'ayse', plan)).toBe('approved');
    expect(await approve(operators, 'ayse', plan)).toContain('have approved this plan already');
    expect(await execute(operators, plan)).toContain('lacks the approval of two different operators');
    expect(await approve(operators, 'mehmet', plan)).toBe('approved');
    await gateway.act('operator.end', { kind: 'end-operator', operatorId: 'mehmet', at: DUE });
    expect(await execute(operators, plan)).toContain('lacks the approval of two different operators');
    expect(await approve(operators, 'mehmet', plan)).toContain('belongs to no operator who may act');
    expect(keysExist(gateway, KID)).toBe(true);
    expect(await approve(operators, 'test-operator', plan)).toBe('approved');
    expect(await execute(operators, plan)).toBe('executed');
  });

  test('is not approved twice by one key under two names', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const plan = await operators.plan('ayse');
    const { destruction } = gateway.administration;
    const known = (await gateway.administration.operators()).find(({ id }) => id === 'ayse');
    if (known === undefined) throw new Error('nobody is registered');
    await gateway.act('operator.add', { kind: 'add-operator', operator: { ...known, id: 'ayse2' } });
    await approve(operators, 'ayse', plan);
    const { hash } = await destruction.plan(plan);
    const second = operators.act('ayse', 'destruction.approve', { plan, hash }, 'ayse2');
    await expect(destruction.approve(second, plan)).rejects.toThrow('have approved this plan already');
    expect(await execute(operators, plan)).toContain('lacks the approval of two different operators');
  });

  test('is good for thirty days', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const plan = await approvedPlan(operators);
    gateway.clock.advance(30 * DAY + 1);
    expect(await execute(operators, plan)).toContain('older than 30 days');
  });

  test('has to be made anew when a hold was placed, and never takes what a hold covers', async () => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    const plan = await approvedPlan(operators);
    const place = ['audit', 'hold', 'place', '--from', '2026-02', '--to', '2026-03', '--reason', 'Dava 7'];
    expect((await operators.say('ayse', ...place)).code).toBe(0);
    expect(await execute(operators, plan)).toContain('is no longer true');
    expect((await operators.say('ayse', 'audit', 'destroy', 'plan')).out).toContain('Nothing is due');
    const [hold = ''] = await holdIds(operators);
    expect((await operators.say('mehmet', 'audit', 'hold', 'lift', hold)).code).toBe(0);
    expect((await operators.say('mehmet', 'audit', 'hold', 'lift', hold)).code).toBe(1);
    expect(await execute(operators, plan)).toBe('executed');
    const scope = { hold, kid: null, fromMonth: '2026-02', toMonth: '2026-03' };
    expect(factsOf(gateway, 'hold')).toEqual([
      { event: 'placed', ...scope },
      { event: 'lifted', ...scope },
    ]);
  });
});

describe('an execution that dies', () => {
  const steps: DestructionStep[] = ['decided', 'keys', 'parts', 'index', 'pages', 'certificate'];
  test.each(steps)('after the step "%s" is finished by running it again', async (last) => {
    await using gateway = await shortLivedGateway();
    const { operators } = await answeredOnce(gateway);
    backUp(gateway);
    const plan = await approvedPlan(operators);
    const administration = await openAdministration(gateway.settings, gateway.clock);
    const act = operators.act('ayse', 'destruction.execute', { plan });
    const died = administration.destruction.execute(act, plan, (step) => {
      if (step === last) throw new Error('the process dies');
    });
    await expect(died).rejects.toThrow('the process dies');
    await administration.close();

    expect(await execute(operators, plan, 'mehmet')).toBe('executed');
    expect(factsOf(gateway, 'keydestroy')).toHaveLength(1);
    expect(existsSync(certificateFile(gateway, plan))).toBe(true);
    expect(keysExist(gateway, KID)).toBe(false);
    expect(tryTckns(remains(gateway), [KNOWN.tckn], [])).toEqual([]);
    const masters = filesBelow(keyFolder(gateway.settings)).filter((file) => file.includes('master'));
    expect(masters).toEqual([join(keyFolder(gateway.settings), 'master-2.key')]);
  });
});
