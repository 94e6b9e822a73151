import { execFileSync } from 'node:child_process';
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type KeyKind = 'rsa' | 'rsa-1024' | 'p256' | 'p384' | 'p521';

/** A certificate with its key, as files and as objects. */
export interface Issued {
  readonly name: string;
  readonly file: string;
  readonly keyFile: string;
  readonly pem: string;
  readonly der: Buffer;
  readonly x509: X509Certificate;
  readonly key: KeyObject;
}

export interface IssueRequest {
  readonly name: string;
  /** Self-signed without one. */
  readonly issuer?: Issued;
  readonly key?: KeyKind;
  /** Lines of an OpenSSL extension section. */
  readonly extensions?: readonly string[];
  /** `YYYYMMDDHHMMSSZ` each; the last and the next ten years without them. */
  readonly validity?: readonly [from: string, until: string];
  /** A certificate of another name but the key of this one. */
  readonly keyOf?: Issued;
  /** Hex; made by OpenSSL without one. */
  readonly serial?: string;
  readonly subject?: string;
  readonly digest?: string;
}

export const CA_EXTENSIONS = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];
export const TSA_EXTENSIONS = [
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=critical,timeStamping',
  'subjectKeyIdentifier=hash',
  'authorityKeyIdentifier=keyid',
];

const KEY_ARGUMENTS: Readonly<Record<KeyKind, readonly string[]>> = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  'rsa-1024': ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  p256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  p521: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
};
const CA_CONFIGURATION = `[ca]
default_ca=here
[here]
database=index.txt
serial=serial
new_certs_dir=new
unique_subject=no
policy=any
[any]
organizationName=optional
commonName=supplied
[req]
distinguished_name=name
[name]
`;
const DECADE = 10 * 365 * 86_400_000;

/** Certificates made by the real `openssl`, in a folder that goes when this is disposed of. */
export class TimeStampPki implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'gecit-tsa-'));
  #made = 0;

  constructor() {
    mkdirSync(join(this.folder, 'new'));
    writeFileSync(join(this.folder, 'ca.cnf'), CA_CONFIGURATION);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  openssl(...parameters: string[]): string {
    return execFileSync('openssl', parameters, { cwd: this.folder, encoding: 'utf8', stdio: 'pipe' });
  }

  write(name: string, content: string | Buffer): string {
    const file = join(this.folder, name);
    writeFileSync(file, content);
    return file;
  }

  /** A root that may issue for anything. */
  root(name: string, change: Partial<IssueRequest> = {}): Issued {
    return this.issue({ name, key: 'p256', extensions: CA_EXTENSIONS, ...change });
  }

  /** A certificate for time stamps alone, as RFC 3161 asks for. */
  tsa(name: string, issuer: Issued, change: Partial<IssueRequest> = {}): Issued {
    return this.issue({ name, issuer, key: 'p256', extensions: TSA_EXTENSIONS, ...change });
  }

  issue(request: IssueRequest): Issued {
    const { name, issuer, validity = aroundNow(), digest = 'sha256' } = request;
    const stem = `${String(++this.#made)}-${name.replaceAll(/[^a-z0-9]/gi, '-')}`;
    const [file, keyFile] = [`${stem}.crt`, `${stem}.key`];
    if (request.keyOf === undefined) this.#createKey(keyFile, request.key ?? 'p256');
    else this.write(keyFile, readFileSync(request.keyOf.keyFile));
    const subject = request.subject ?? `/O=Test/CN=${name}`;
    this.openssl('req', '-new', '-config', 'ca.cnf', '-utf8', '-subj', subject, '-key', keyFile, '-out', `${stem}.csr`); // prettier-ignore
    // Emptied each time, so that two authorities may give one serial number.
    this.write('index.txt', '');
    this.write(`${stem}.ext`, (request.extensions ?? []).join('\n'));
    if (request.serial !== undefined) this.write('serial', `${request.serial}\n`);
    const by = issuer === undefined
      ? ['-selfsign', '-keyfile', keyFile]
      : ['-cert', issuer.file, '-keyfile', issuer.keyFile]; // prettier-ignore
    this.openssl(
      'ca', '-batch', '-notext', '-config', 'ca.cnf', '-md', digest, '-in', `${stem}.csr`, '-out', file, ...by,
      ...(request.serial === undefined ? ['-rand_serial'] : []),
      '-startdate', validity[0], '-enddate', validity[1], '-extfile', `${stem}.ext`,
    ); // prettier-ignore
    return this.#read(name, file, keyFile);
  }

  #createKey(keyFile: string, kind: KeyKind): void {
    this.openssl('genpkey', '-quiet', ...KEY_ARGUMENTS[kind], '-out', keyFile);
  }

  #read(name: string, file: string, keyFile: string): Issued {
    const pem = readFileSync(join(this.folder, file), 'utf8');
    const x509 = new X509Certificate(pem);
    const paths = { file: join(this.folder, file), keyFile: join(this.folder, keyFile) };
    return { name, ...paths, pem, der: x509.raw, x509, key: createPrivateKey(readFileSync(paths.keyFile)) };
  }
}

/** A moment as OpenSSL's command line writes it, in UTC. */
export function asn1Time(at: number): string {
  return `${new Date(at).toISOString().replaceAll(/[-:T]|\..*$/g, '')}Z`;
}

function aroundNow(): [string, string] {
  return [asn1Time(Date.now() - DECADE), asn1Time(Date.now() + DECADE)];
}
