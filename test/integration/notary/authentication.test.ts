import { createDecipheriv, hash, pbkdf2Sync } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBER, Integer, OctetString, type Sequence } from 'asn1js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { trustedCertificates } from '../../../src/audit/time-stamp/trusted-certificates.ts';
import { type Authentication } from '../../../src/notary/authentication.ts';
import { HttpTimeStampAuthority } from '../../../src/notary/http-time-stamp-authority.ts';
import { kamusmIdentity } from '../../../src/notary/kamusm-identity.ts';
import { readPasswordFile } from '../../../src/shared/password-file.ts';
import { FaultsError } from '../../../src/shared/fault.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { TestTimeStampAuthority } from '../../support/time-stamp-authority.ts';
import '../../support/patient-with-openssl.ts';

const NOTE = Buffer.from('a signed note\n');
const PASSWORD = 'parola: çok gizli';

let server: TestTimeStampAuthority;
beforeAll(async () => {
  server = await TestTimeStampAuthority.start();
});
afterAll(async () => server[Symbol.asyncDispose]());

function client(authentication: Authentication, url = server.url): HttpTimeStampAuthority {
  const trusted = trustedCertificates(server.root.pem);
  return new HttpTimeStampAuthority({ name: 'test-tsa', url, authentication, trusted, clock: systemClock });
}

interface Identity {
  readonly userId: number;
  readonly salt: Buffer;
  readonly iterations: number;
  readonly iv: Buffer;
  readonly encrypted: Buffer;
}

function readIdentity(header: unknown): Identity {
  const { result } = fromBER(Buffer.from(String(header), 'hex'));
  const parts = (result as Sequence).valueBlock.value;
  const number = (place: number): number => Number((parts[place] as Integer).toBigInt());
  const bytes = (place: number): Buffer => Buffer.from((parts[place] as OctetString).getValue());
  expect(parts.map(({ constructor }) => constructor)).toEqual([
    Integer,
    OctetString,
    Integer,
    OctetString,
    OctetString,
  ]);
  return { userId: number(0), salt: bytes(1), iterations: number(2), iv: bytes(3), encrypted: bytes(4) };
}

/** As the service does it: the password it knows must open the imprint of the query. */
function opened({ salt, iterations, iv, encrypted }: Identity, password: string): Buffer {
  const key = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const decipher = createDecipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

describe('who asks for a time stamp', () => {
  test('is told to nobody where the settings ask for nothing', async () => {
    await client({ kind: 'none' }).stamp(NOTE);
    const headers = server.asked.at(-1)?.headers ?? {};
    expect(headers).not.toHaveProperty('authorization');
    expect(headers).not.toHaveProperty('identity');
  });

  test('is told by user and password, in UTF-8 (RFC 7617)', async () => {
    await client({ kind: 'basic', user: 'gecit', password: PASSWORD }).stamp(NOTE);
    const basic = String(server.asked.at(-1)?.headers.authorization);
    expect(Buffer.from(basic.replace('Basic ', ''), 'base64').toString('utf8')).toBe(`gecit:${PASSWORD}`);
  });

  test('is never told by a password in the clear beyond this machine', () => {
    const basic = { kind: 'basic', user: 'gecit', password: PASSWORD } as const;
    expect(() => client(basic, 'http://tsa.example.test/')).toThrow(
      expect.objectContaining({ code: 'insecure' }),
    );
    expect(() => client({ kind: 'none' }, 'https://gecit:p@tsa.example.test/')).toThrow(
      expect.objectContaining({ code: 'insecure' }),
    );
    expect(client(basic, 'https://tsa.example.test/').name).toBe('test-tsa');
    expect(client({ ...basic, kind: 'kamusm', customerId: 1 }, 'http://tsa.example.test/').name).toBe(
      'test-tsa',
    );
  });

  test('is told to Kamu SM by the imprint under the password, in another way each time', async () => {
    const authority = client({ kind: 'kamusm', customerId: 712_345, password: PASSWORD });
    await authority.stamp(NOTE);
    await authority.stamp(NOTE);
    const [first, second] = server.asked.slice(-2).map(({ headers }) => readIdentity(headers['identity']));
    if (first === undefined || second === undefined) throw new Error('not asked twice');
    expect(first).toMatchObject({ userId: 712_345, iterations: 100, iv: first.salt });
    expect(first.salt).toHaveLength(16);
    expect(second.salt).not.toEqual(first.salt);
    expect(opened(first, PASSWORD)).toEqual(hash('sha256', NOTE, 'buffer'));
    expect(opened(second, PASSWORD)).toEqual(hash('sha256', NOTE, 'buffer'));
  });

  test('has for Kamu SM exactly this header, with this salt', () => {
    const identity = kamusmIdentity(
      { customerId: 128, password: 'p' },
      Buffer.alloc(32, 1),
      Buffer.alloc(16, 2),
    );
    const salt = `0410${'02'.repeat(16)}`;
    expect(identity.startsWith(`305d02020080${salt}020164${salt}0430`)).toBe(true);
    expect(identity).toHaveLength(2 * 0x5f);
  });
});

describe('the password of an authority', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gecit-password-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function file(content: string, mode = 0o600): string {
    const path = join(folder, 'tsa.password');
    rmSync(path, { force: true });
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  function faultOf(path: string): string | undefined {
    try {
      return `read ${readPasswordFile(path)}`;
    } catch (error) {
      return error instanceof FaultsError ? error.faults[0]?.code : String(error);
    }
  }

  test('is the one line of a file that its owner alone may read', () => {
    expect(readPasswordFile(file(`${PASSWORD}\n`))).toBe(PASSWORD);
    expect(readPasswordFile(file(`${PASSWORD}\r\n`, 0o400))).toBe(PASSWORD);
    expect(readPasswordFile(file(' with spaces '))).toBe(' with spaces ');
  });

  test.each([0o640, 0o604, 0o660, 0o666, 0o610])('is not taken from a file of mode %o', (mode) => {
    expect(faultOf(file(PASSWORD, mode))).toBe('PASSWORD_FILE_OPEN_TO_OTHERS');
  });

  test.each([
    ['an empty file', ''],
    ['an empty line', '\n'],
    ['two lines', 'one\ntwo\n'],
    ['a file beyond 1 KiB', 'x'.repeat(1025)],
  ])('is not taken from %s', (_what, content) => {
    expect(faultOf(file(content))).toBe('PASSWORD_FILE_INVALID');
  });

  test('is missed where there is no file, or a folder', () => {
    expect(faultOf(join(folder, 'nothing'))).toBe('PASSWORD_FILE_NOT_READABLE');
    expect(faultOf(folder)).toBe('PASSWORD_FILE_INVALID');
  });
});
