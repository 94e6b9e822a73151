import { mkdirSync, writeFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import colours from 'picocolors';
import { type CommandContext } from '../../../src/cli/command.ts';
import { type CommandPorts, type Place } from '../../../src/cli/command-ports.ts';
import { registerQuery } from '../../../src/cli/query.ts';
import { type ExitCode } from '../../../src/cli/shell.ts';
import { GatewayError } from '../../../src/shared/problem.ts';
import { partnerAnswer } from '../../support/fake-partner-gateway.ts';
import { PartnerListener } from '../../support/partner-listener.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SUBJECT = '10000000146';
const UNKNOWN = '17160614084';
const SECRET = 'a-secret-of-the-realm';

let folder: string;
let listener: PartnerListener;
let input: string[];
let language: 'tr' | 'en';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-query-'));
  mkdirSync(join(folder, 'data'));
  mkdirSync(join(folder, 'certs'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  listener = await PartnerListener.start();
  input = [];
  language = 'tr';
  const { ca, agency } = listener.certificates;
  writeFileSync(join(folder, 'certs', 'ca.crt'), ca.certificate);
  writeFileSync(join(folder, 'certs', 'cgm.crt'), agency.certificate);
  writeFileSync(join(folder, 'certs', 'cgm.key'), agency.key);
  writeRealm();
});

afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

function url(): string {
  return `https://localhost:${String(listener.options.port)}`;
}

function writeRealm(): void {
  const official = {
    agency: 'cgm',
    name: 'Örnek',
    clientSecret: SECRET,
    allowedAddresses: [],
    dailyQuota: 50,
  };
  const content = {
    partnerUrl: url(),
    agencies: [{ id: 'cgm', cert: join(folder, 'certs', 'cgm.crt'), key: join(folder, 'certs', 'cgm.key') }],
    officials: [
      { ...official, clientId: 'cgm-ended', about: 'authority has ended' },
      { ...official, clientId: 'cgm-may', about: 'may query' },
    ],
    subjects: [
      { tckn: SUBJECT, about: 'licensed' },
      { tckn: UNKNOWN, about: 'unknown' },
    ],
  };
  writeFileSync(join(folder, 'data', 'demo.json'), JSON.stringify(content));
}

interface Spoken {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Says `gecit query <args>`. */
async function query(...args: readonly string[]): Promise<Spoken> {
  const out: string[] = [];
  const err: string[] = [];
  let code: ExitCode = 0;
  const place = { folders: { data: join(folder, 'data'), protocols: resolve('protocols') } } as Place;
  const context: CommandContext = {
    shell: {
      language,
      colours: colours.createColors(false),
      out: (line) => void out.push(line),
      err: (line) => void err.push(line),
      progress: () => undefined,
      readSecret: async () => Promise.resolve(input.shift() ?? ''),
    },
    ports: { place: () => place } as CommandPorts,
    version: '0',
    finish: (told) => {
      code = told;
    },
  };
  const program = new Command('gecit').exitOverride().configureOutput({ outputError: () => undefined });
  registerQuery(program, context);
  await program.parseAsync(['query', ...args], { from: 'user' });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function lastBody(): unknown {
  const { body } = listener.gateway.requests.at(-1) ?? {};
  return body?.kind === 'json' ? body.value : undefined;
}

describe('gecit query --demo', () => {
  test('asks as the official who may query about the first subject, over the certificate of the agency', async () => {
    const spoken = await query('--demo');
    expect(spoken.code).toBe(0);
    expect(listener.gateway.tokenRequests[0]).toMatchObject({ clientId: 'cgm-may', clientSecret: SECRET });
    expect(listener.gateway.requests[0]).toMatchObject({
      agreementId: 'tr-iskur-cgm-2024',
      operationId: 'araci-sorgu',
      bearerToken: 'a-token',
      certificateFingerprint: listener.certificates.agency.fingerprint,
    });
    expect(lastBody()).toEqual({
      input: { tckn: SUBJECT },
      purpose: 'cocuk-isciligi-takip',
      caseReference: '2026/118',
    });
  });

  test('prints the agreed fields under their names, the quota left and the receipt', async () => {
    const { out } = await query('--demo');
    expect(out).toContain('Kayıt bulundu');
    expect(out).toMatch(/Ad Soyad +Örnek Kişi/);
    expect(out).toMatch(/Bildirilen İşçi Sayısı +bildirilmemiş/);
    expect(out).toMatch(/Durum +Geçerli/);
    expect(out).toMatch(/Bugün kalan kota +49/);
    expect(out).toMatch(/Makbuz +gecit\.test\/node-1\/2026 #41/);
  });

  test('prints labels of fields and codes in the language of the person', async () => {
    language = 'en';
    const { out } = await query('--demo');
    expect(out).toMatch(/Name and surname +Örnek Kişi/);
    expect(out).toMatch(/Status +Valid/);
  });

  test('prints no secret and no identity number, whatever comes', async () => {
    const answered = await query('--demo');
    listener.gateway.onAnswer = async () => Promise.reject(new GatewayError('QUOTA_EXCEEDED'));
    const refused = await query('--demo');
    const printed = [answered, refused].map(({ out, err }) => out + err).join();
    for (const hidden of [SECRET, SUBJECT, 'a-token']) expect(printed).not.toContain(hidden);
  });

  test('takes another official and another subject of the realm', async () => {
    await query('--demo', '--official', 'cgm-ended', '--subject', '2');
    expect(listener.gateway.tokenRequests[0]?.clientId).toBe('cgm-ended');
    expect(lastBody()).toMatchObject({ input: { tckn: UNKNOWN } });
  });

  test('is answered, exit code 0, also where nobody is found', async () => {
    listener.gateway.onAnswer = async ({ queryId }) =>
      Promise.resolve(partnerAnswer({ queryId, outcome: 'not-found', dataJson: 'null' }));
    const spoken = await query('--demo');
    expect(spoken.code).toBe(0);
    expect(spoken.out).toContain('Kayıt bulunamadı');
  });

  test('prints code and both sentences of a refusal and ends with 1', async () => {
    listener.gateway.onAnswer = async () => Promise.reject(new GatewayError('ADDRESS_NOT_ALLOWED'));
    const spoken = await query('--demo');
    expect(spoken.code).toBe(1);
    expect(spoken.err).toContain('ADDRESS_NOT_ALLOWED (403)');
    expect(spoken.err).toContain('Bu ağ adresinden sorgu yapılamaz');
    expect(spoken.err).toContain('Queries are not allowed from this network address');
  });

  test('prints why no token was given and asks nothing', async () => {
    listener.gateway.onToken = async () => Promise.reject(new GatewayError('OFFICIAL_NOT_RECOGNISED'));
    const spoken = await query('--demo');
    expect(spoken.code).toBe(1);
    expect(spoken.err).toContain('invalid_client (401)');
    expect(listener.gateway.requests).toHaveLength(0);
  });

  test('gives the body as it came with --json', async () => {
    const spoken = await query('--demo', '--json');
    const body = JSON.parse(spoken.out) as Record<string, unknown>;
    expect(Object.keys(body)).toEqual([
      'queryId',
      'outcome',
      'agreement',
      'purpose',
      'data',
      'onwardSharing',
      'receipt',
    ]);
  });

  test('gives the problem as it came with --json and ends with 1', async () => {
    listener.gateway.onAnswer = async () => Promise.reject(new GatewayError('PURPOSE_NOT_AGREED'));
    const spoken = await query('--demo', '--json');
    expect(spoken.code).toBe(1);
    expect(JSON.parse(spoken.out)).toMatchObject({ code: 'PURPOSE_NOT_AGREED', status: 403 });
  });

  test('sends what the options say', async () => {
    await query(
      ...['--demo', '--agreement', 'a-b', '--operation', 'c-d', '--purpose', 'p', '--case', '7/9'],
      ...['--idempotency-key', 'once-only-1'],
    );
    expect(listener.gateway.requests[0]).toMatchObject({
      agreementId: 'a-b',
      operationId: 'c-d',
      idempotencyKey: 'once-only-1',
    });
    expect(lastBody()).toMatchObject({ purpose: 'p', caseReference: '7/9' });
  });

  test('asks from the address of this machine that it is told', async () => {
    await query('--demo', '--local-address', '127.0.0.1');
    expect(listener.gateway.requests[0]?.address).toBe('127.0.0.1');
  });
});

describe('gecit query --official', () => {
  test('reads the identity number from standard input for an official of the realm', async () => {
    input = [UNKNOWN];
    const spoken = await query('--official', 'cgm-may', '--purpose', 'p', '--case', '1');
    expect(spoken.code).toBe(0);
    expect(lastBody()).toMatchObject({ input: { tckn: UNKNOWN } });
  });

  test('reads secret and identity number, in this order, where a certificate is named', async () => {
    input = ['typed-secret', UNKNOWN];
    const file = (name: string): string => join(folder, 'certs', name);
    const spoken = await query(
      ...['--official', 'someone', '--purpose', 'p', '--case', '1', '--url', url()],
      ...['--cert', file('cgm.crt'), '--key', file('cgm.key'), '--ca', file('ca.crt')],
    );
    expect(spoken.code).toBe(0);
    expect(listener.gateway.tokenRequests[0]).toMatchObject({
      clientId: 'someone',
      clientSecret: 'typed-secret',
    });
    expect(lastBody()).toMatchObject({ input: { tckn: UNKNOWN } });
  });
});

describe('gecit query refuses to ask, exit code 2,', () => {
  test.each([
    ['without anybody to ask as', []],
    ['without purpose', ['--official', 'cgm-may', '--case', '1']],
    ['without case reference', ['--official', 'cgm-may', '--purpose', 'p']],
    ['as somebody the realm does not know', ['--demo', '--official', 'nobody']],
    ['about a subject the realm does not have', ['--demo', '--subject', '3']],
    [
      'with a certificate without its key',
      ['--official', 'x', '--purpose', 'p', '--case', '1', '--cert', 'a.crt'],
    ],
    ['over plain HTTP', ['--demo', '--url', 'http://localhost:1']],
    ['from something that is no address', ['--demo', '--local-address', 'localhost']],
    ['from an address that this machine does not have', ['--demo', '--local-address', '192.0.2.1']],
    ['a gateway that is not there', ['--demo', '--url', 'https://localhost:1']],
  ])('%s', async (_title, args) => {
    const spoken = await query(...args);
    expect(spoken.code).toBe(2);
    expect(spoken.err).toMatch(/^gecit: .+\. .+\.$/);
    expect(listener.gateway.requests).toHaveLength(0);
  });

  test('where there is no demo realm', async () => {
    rmSync(join(folder, 'data', 'demo.json'));
    const spoken = await query('--demo');
    expect(spoken.code).toBe(2);
    expect(spoken.err).toContain('npm start');
  });

  test('a gateway whose authority it does not know', async () => {
    writeFileSync(join(folder, 'certs', 'ca.crt'), listener.certificates.foreignAgency.certificate);
    const spoken = await query('--demo');
    expect(spoken.code).toBe(2);
    expect(spoken.err).toContain('--ca');
  });

  test('with an option that it does not know', async () => {
    await expect(query('--demo', '--tckn', SUBJECT)).rejects.toBeInstanceOf(CommanderError);
  });
});
