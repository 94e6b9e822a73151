import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
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

const CURVES: Partial<Readonly<Record<KeyKind, string>>> = { p256: 'P-256', p384: 'P-384', p521: 'P-521' };
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

  /** One command after the other, by a shell: this process starts another once instead of each time. */
  #opensslEach(...commands: (readonly string[])[]): void {
    const lines = commands.map((parameters) => ['openssl', ...parameters].map(quoted).join(' '));
    execFileSync('sh', ['-c', lines.join(' && ')], { cwd: this.folder, stdio: 'pipe' });
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
    const { name, extensions = [] } = request;
    const stem = `${String(++this.#made)}-${name.replaceAll(/[^a-z0-9]/gi, '-')}`;
    const key = request.keyOf?.key ?? createKey(request.key ?? 'p256');
    this.write(`${stem}.key`, key.export({ type: 'pkcs8', format: 'pem' }));
    this.write(`${stem}.ext`, extensions.join('\n'));
    const subject = ['-utf8', '-subj', `/O=Test/CN=${name}`];
    const asked = [
      'req',
      '-new',
      '-config',
      'ca.cnf',
      ...subject,
      '-key',
      `${stem}.key`,
      '-out',
      `${stem}.csr`,
    ];
    this.#opensslEach(asked, this.#signing(stem, request));
    return this.#read({ name, key, file: `${stem}.crt`, keyFile: `${stem}.key` });
  }

  /** Lays out what the authority needs, and gives the parameters with which it signs the request of this name. */
  #signing(
    stem: string,
    { issuer, serial, validity = aroundNow(), digest = 'sha256' }: IssueRequest,
  ): string[] {
    const keyFile = issuer?.keyFile ?? `${stem}.key`;
    // Emptied each time, so that two authorities may give one serial number.
    this.write('index.txt', '');
    if (serial !== undefined) this.write('serial', `${serial}\n`);
    return [
      'ca', '-batch', '-notext', '-config', 'ca.cnf', '-in', `${stem}.csr`, '-out', `${stem}.crt`,
      '-startdate', validity[0], '-enddate', validity[1], '-extfile', `${stem}.ext`, '-md', digest, '-keyfile', keyFile,
      ...(issuer === undefined ? ['-selfsign'] : ['-cert', issuer.file]),
      ...(serial === undefined ? ['-rand_serial'] : []),
    ]; // prettier-ignore
  }

  #read(made: Pick<Issued, 'name' | 'key' | 'file' | 'keyFile'>): Issued {
    const [file, keyFile] = [join(this.folder, made.file), join(this.folder, made.keyFile)];
    const pem = readFileSync(file, 'utf8');
    const x509 = new X509Certificate(pem);
    return { ...made, file, keyFile, pem, der: x509.raw, x509 };
  }
}

function createKey(kind: KeyKind): KeyObject {
  const namedCurve = CURVES[kind];
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: kind === 'rsa' ? 2048 : 1024 }).privateKey;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A moment as OpenSSL's command line writes it, in UTC. */
export function asn1Time(at: number): string {
  return `${new Date(at).toISOString().replaceAll(/[-:T]|\..*$/g, '')}Z`;
}

function aroundNow(): [string, string] {
  return [asn1Time(Date.now() - DECADE), asn1Time(Date.now() + DECADE)];
}
