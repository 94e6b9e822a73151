import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import forge from 'node-forge';
import { signerOf } from '../../src/identity/certificates/openssl-signer.ts';
import { runFolder } from './shared-folder.ts';

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the DER form, lower-case hex. */
  readonly fingerprint: string;
}

export interface TestCertificates {
  readonly ca: TestCertificate;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly server: TestCertificate;
  readonly agency: TestCertificate;
  readonly otherAgency: TestCertificate;
  readonly expiredAgency: TestCertificate;
  /** Issued by a CA that the listener does not know. */
  readonly foreignAgency: TestCertificate;
  readonly expiredServer: TestCertificate;
  /** Of another machine. */
  readonly elsewhereServer: TestCertificate;
}

interface Request {
  readonly commonName: string;
  readonly issuer?: TestCertificate;
  readonly ca?: boolean;
  readonly server?: boolean;
  /** The server's only name, instead of those of this machine. */
  readonly host?: string;
  /** Days from today; negative for the past. */
  readonly days?: readonly [from: number, until: number];
}

const DAY = 86_400_000;
let made: TestCertificates | undefined;
let serial = 1;

/** A CA with its certificates, each with a key of its own; made once per run. */
export function testCertificates(): TestCertificates {
  return (made ??= sharedCertificates());
}

/** Two processes may make them at the same time; each set is whole, and the later one is what others read. */
function sharedCertificates(): TestCertificates {
  const file = join(runFolder(), 'test-certificates.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as TestCertificates;
  const fresh = makeCertificates();
  const draft = `${file}.${String(process.pid)}`;
  writeFileSync(draft, JSON.stringify(fresh), { mode: 0o600 });
  renameSync(draft, file);
  return fresh;
}

function makeCertificates(): TestCertificates {
  const ca = makeCertificate({ commonName: 'Test CA', ca: true });
  const foreignCa = makeCertificate({ commonName: 'Foreign CA', ca: true });
  return {
    ca,
    server: makeCertificate({ commonName: 'localhost', issuer: ca, server: true }),
    agency: makeCertificate({ commonName: 'cgm', issuer: ca }),
    otherAgency: makeCertificate({ commonName: 'other', issuer: ca }),
    expiredAgency: makeCertificate({ commonName: 'expired', issuer: ca, days: [-20, -10] }),
    foreignAgency: makeCertificate({ commonName: 'cgm', issuer: foreignCa }),
    expiredServer: makeCertificate({ commonName: 'localhost', issuer: ca, server: true, days: [-20, -10] }),
    elsewhereServer: makeCertificate({
      commonName: 'elsewhere',
      issuer: ca,
      server: true,
      host: 'elsewhere',
    }),
  };
}

/** One certificate with a key of its own; self-signed without an issuer. */
export function makeCertificate(request: Request): TestCertificate {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  const [from, until] = request.days ?? [-1, 30];
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.serialNumber = (serial++).toString(16).padStart(4, '0');
  certificate.validity.notBefore = new Date(Date.now() + from * DAY);
  certificate.validity.notAfter = new Date(Date.now() + until * DAY);
  const subject = [{ name: 'commonName', value: request.commonName }];
  certificate.setSubject(subject);
  certificate.setIssuer(
    request.issuer === undefined
      ? subject
      : forge.pki.certificateFromPem(request.issuer.certificate).subject.attributes,
  );
  certificate.setExtensions(extensionsOf(request));
  certificate.sign(signerOf(certificate, request.issuer?.key ?? pair.privateKey), forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate);
  const fingerprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
  return { certificate: pem, key: pair.privateKey, fingerprint };
}

function extensionsOf(request: Request): object[] {
  if (request.ca === true) {
    return [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ];
  }
  if (request.server !== true) return [{ name: 'extKeyUsage', clientAuth: true }];
  const here = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
    { type: 7, ip: '::1' },
  ];
  const altNames = request.host === undefined ? here : [{ type: 2, value: request.host }];
  return [
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
  ];
}
