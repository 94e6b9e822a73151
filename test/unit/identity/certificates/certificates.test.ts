import { X509Certificate } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { issueAgencyCertificate } from '../../../../src/identity/certificates/agency-certificate.ts';
import { createAuthority } from '../../../../src/identity/certificates/authority.ts';
import { describeCertificate } from '../../../../src/identity/certificates/describe-certificate.ts';
import { toPkcs12 } from '../../../../src/identity/certificates/pkcs12.ts';
import { issueServerCertificate } from '../../../../src/identity/certificates/server-certificate.ts';
import { type IssuedCertificate } from '../../../../src/identity/certificates/sign-certificate.ts';
import {
  writePrivateFile,
  writePublicFile,
} from '../../../../src/identity/certificates/write-private-file.ts';

const clock = { now: (): number => Date.now() };
const DAY = 86_400_000;
const NAME = 'Çalışma Genel Müdürlüğü İŞÇİ ğüş';

let folder: string;
let authority: IssuedCertificate;
let server: IssuedCertificate;
let agency: IssuedCertificate;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gecit-certificates-'));
  authority = await createAuthority('Deneme Kök', 10, clock);
  const hosts = ['localhost', '127.0.0.1', '::1'] as const;
  server = await issueServerCertificate(authority, { organisation: 'Geçit', hosts: [...hosts] }, 30, clock);
  agency = await issueAgencyCertificate(authority, { agencyId: 'cgm', name: NAME }, 365, clock);
  writeFileSync(join(folder, 'ca.crt'), authority.certificate);
  writeFileSync(join(folder, 'server.crt'), server.certificate);
  writeFileSync(join(folder, 'cgm.crt'), agency.certificate);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function openssl(...parameters: string[]): string {
  return execFileSync('openssl', parameters, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

describe('issued certificates', () => {
  test('chain to their authority for the purpose they were issued for, and for no other', () => {
    expect(
      openssl('verify', '-x509_strict', '-CAfile', 'ca.crt', '-purpose', 'sslserver', 'server.crt'),
    ).toContain('OK');
    expect(
      openssl('verify', '-x509_strict', '-CAfile', 'ca.crt', '-purpose', 'sslclient', 'cgm.crt'),
    ).toContain('OK');
    expect(() => openssl('verify', '-CAfile', 'ca.crt', '-purpose', 'sslserver', 'cgm.crt')).toThrow();
    expect(() => openssl('verify', '-CAfile', 'ca.crt', '-purpose', 'sslclient', 'server.crt')).toThrow();
  });

  test('keep the Turkish letters of a name', () => {
    const subject = openssl(
      'x509',
      '-in',
      'cgm.crt',
      '-noout',
      '-subject',
      '-nameopt',
      'utf8,sep_comma_plus',
    );
    expect(subject.trim()).toBe(`subject=C=TR,O=${NAME},CN=cgm`);
    expect(agency.subject).toBe(`C=TR, O=${NAME}, CN=cgm`);
  });

  test('name every host and address of a server', () => {
    const certificate = new X509Certificate(server.certificate);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkIP('::1')).toBe('::1');
    expect(certificate.checkHost('example.org')).toBeUndefined();
  });

  test('carry a positive random serial number of at least 64 bits', () => {
    const serials = [authority, server, agency].map(
      (one) => new X509Certificate(one.certificate).serialNumber,
    );
    expect(new Set(serials).size).toBe(3);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  test('are known by the SHA-256 of their DER form', () => {
    const printed = openssl('x509', '-in', 'cgm.crt', '-noout', '-fingerprint', '-sha256');
    expect(agency.fingerprint).toBe(printed.split('=')[1]?.trim().replaceAll(':', '').toLowerCase());
    expect(agency.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(describeCertificate(agency.certificate).fingerprint).toBe(agency.fingerprint);
  });

  test('are valid from a little before now for the days asked, by the clock handed in', async () => {
    const now = Date.UTC(2031, 4, 6, 7, 8, 9, 123);
    const issued = await issueAgencyCertificate(authority, { agencyId: 'other', name: 'Başka' }, 7, {
      now: () => now,
    });
    expect(issued.validFrom).toBe(Date.UTC(2031, 4, 6, 7, 3, 9));
    expect(issued.validTo).toBe(Date.UTC(2031, 4, 6, 7, 8, 9) + 7 * DAY);
  });

  test('name the key of their authority, so that a chain is found', () => {
    const identifier = openssl('x509', '-in', 'ca.crt', '-noout', '-ext', 'subjectKeyIdentifier')
      .split('\n')[1]
      ?.trim();
    const named = openssl('x509', '-in', 'cgm.crt', '-noout', '-ext', 'authorityKeyIdentifier');
    expect(identifier).toMatch(/^([0-9A-F]{2}:){19}[0-9A-F]{2}$/);
    expect(named).toContain(identifier);
  });

  test('open a mutual TLS connection', async () => {
    const listener = createServer({
      cert: server.certificate,
      key: server.key,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
    });
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const { certificate: cert, key } = agency;
    const accepted = once(listener, 'secureConnection') as Promise<[TLSSocket]>;
    const client = connect({ port, host: '127.0.0.1', ca: authority.certificate, cert, key });
    try {
      const [[socket]] = await Promise.all([accepted, once(client, 'secureConnect')]);
      expect(socket.authorized).toBe(true);
      expect(socket.getPeerX509Certificate()?.raw.equals(agency.der)).toBe(true);
      socket.destroy();
    } finally {
      client.destroy();
      listener.close();
    }
  });
});

describe('PKCS#12', () => {
  test('opens with openssl under its password only, and its key is under AES-256', () => {
    const password = 'b3A-machine-made_password';
    const chain = [authority.certificate];
    const content = { certificate: agency.certificate, key: agency.key, chain, friendlyName: 'cgm' };
    writeFileSync(join(folder, 'cgm.p12'), toPkcs12(content, password));
    const opened = openssl('pkcs12', '-in', 'cgm.p12', '-passin', `pass:${password}`, '-noenc');
    expect(opened).toContain('BEGIN PRIVATE KEY');
    expect(opened.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(opened).toContain('friendlyName: cgm');
    expect(() => openssl('pkcs12', '-in', 'cgm.p12', '-passin', 'pass:wrong', '-noenc')).toThrow();
    const parameters = ['pkcs12', '-info', '-in', 'cgm.p12', '-passin', `pass:${password}`, '-noout'];
    const described = spawnSync('openssl', parameters, { cwd: folder, encoding: 'utf8' });
    expect(described.stderr).toContain('PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256');
  });
});

describe('private files', () => {
  test('can be read by their owner only and are never overwritten', async () => {
    const file = join(folder, 'one.key');
    await writePrivateFile(file, agency.key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(writePrivateFile(file, 'another')).rejects.toMatchObject({ code: 'EEXIST' });
  });

  test('stand beside certificates that everybody may read', async () => {
    const file = join(folder, 'one.crt');
    await writePublicFile(file, agency.certificate);
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).mode & 0o444).toBe(0o444);
  });
});
