import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Clock } from '../shared/clock.ts';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { type Sentence } from '../shared/problem.ts';
import { type Authority, ClientTrust } from './trust/client-trust.ts';
import { withLists } from './trust/with-lists.ts';

/** PEM texts of the partner listener. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string;
}

/** Absolute paths, as in `settings.partner`; `crl` is null where no lists of revoked certificates are kept. */
export interface TlsPaths extends TlsFiles {
  readonly crl: string | null;
}

/** What the listener shows and whom it trusts, checked. */
export interface TlsMaterial {
  readonly files: TlsFiles;
  readonly trust: ClientTrust;
  /** When the server's certificate ends, epoch milliseconds. */
  readonly validUntil: number;
}

type Report = (code: string, key: keyof TlsPaths, message: Sentence, remedy: Sentence) => void;

const RENEW = { tr: 'Yeni bir sunucu sertifikası koyun.', en: 'Put a new server certificate in place.' };
const REPLACE = {
  tr: 'Dosyayı geçerli bir PEM dosyasıyla değiştirin.',
  en: 'Replace the file by a valid PEM file.',
};
const MOST_BYTES = 32 * 1024 * 1024;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads and checks certificate, key, client CA and lists of revoked certificates of the partner listener.
 * @throws FaultsError with all that is missing, broken, expired or does not fit together
 */
export function readTlsFiles(paths: TlsPaths, clock: Clock): TlsMaterial {
  const faults: Fault[] = [];
  const report: Report = (code, key, message, remedy) => {
    faults.push({ code, file: paths[key] ?? '', line: 0, key: `partner.${key}`, message, remedy });
  };
  const files = {
    certificate: readPem(paths.certificate, 'certificate', report),
    key: readPem(paths.key, 'key', report),
    clientCa: readPem(paths.clientCa, 'clientCa', report),
  };
  const authorities = files.clientCa === '' ? [] : clientAuthorities(files.clientCa, report);
  const certificate =
    files.certificate === '' ? undefined : serverCertificate(files.certificate, clock, report);
  const key = files.key === '' ? undefined : privateKey(files.key, report);
  if (certificate !== undefined && key !== undefined) checkPair(certificate, key, files, report);
  const listed = paths.crl === null ? authorities : readLists(authorities, paths.crl, clock, report);
  if (faults.length > 0 || certificate === undefined) throw new FaultsError(faults);
  return { files, trust: new ClientTrust(listed), validUntil: Date.parse(certificate.validTo) };
}

function readPem(path: string, key: keyof TlsPaths, report: Report): string {
  try {
    if (statSync(path).size > MOST_BYTES) {
      report(
        'TLS_FILE_TOO_LARGE',
        key,
        { tr: 'dosya 32 MiB’den büyük', en: 'the file is larger than 32 MiB' },
        REPLACE,
      );
      return '';
    }
    const text = readFileSync(path, 'utf8');
    if (text.trim() !== '') return text;
    report('TLS_FILE_EMPTY', key, { tr: 'dosya boş', en: 'the file is empty' }, REPLACE);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    report(
      'TLS_FILE_UNREADABLE', key,
      { tr: `dosya okunamadı (${reason})`, en: `the file cannot be read (${reason})` },
      { tr: 'Dosyayı yerine koyun ve okuma izni verin.', en: 'Put the file in place and allow it to be read.' },
    ); // prettier-ignore
  }
  return '';
}

function serverCertificate(pem: string, clock: Clock, report: Report): X509Certificate | undefined {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    const message = { tr: 'dosyada sertifika yok veya bozuk', en: 'the file holds no readable certificate' };
    report('TLS_CERTIFICATE_INVALID', 'certificate', message, REPLACE);
    return undefined;
  }
  const now = clock.now();
  if (Date.parse(certificate.validTo) <= now) {
    const message = { tr: 'sertifikanın süresi dolmuş', en: 'the certificate has expired' };
    report('TLS_CERTIFICATE_EXPIRED', 'certificate', message, RENEW);
  } else if (Date.parse(certificate.validFrom) > now) {
    const message = { tr: 'sertifika henüz geçerli değil', en: 'the certificate is not valid yet' };
    const remedy = {
      tr: 'Makinenin saatini ve sertifikayı denetleyin.',
      en: 'Check the clock and the certificate.',
    };
    report('TLS_CERTIFICATE_NOT_YET_VALID', 'certificate', message, remedy);
  }
  return certificate;
}

function privateKey(pem: string, report: Report): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    const message = { tr: 'dosyada parolasız bir özel anahtar yok', en: 'the file holds no private key without a passphrase' };
    report('TLS_KEY_INVALID', 'key', message, REPLACE);
    return undefined;
  } // prettier-ignore
}

function checkPair(certificate: X509Certificate, key: KeyObject, files: TlsFiles, report: Report): void {
  if (!certificate.checkPrivateKey(key)) {
    const message = { tr: 'anahtar sertifikaya ait değil', en: 'the key does not belong to the certificate' };
    const remedy = {
      tr: 'Sertifikanın kendi anahtarını koyun.',
      en: 'Put the key of this certificate in place.',
    };
    report('TLS_KEY_MISMATCH', 'key', message, remedy);
    return;
  }
  try {
    createSecureContext({ cert: files.certificate, key: files.key });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'UNKNOWN';
    const message = {
      tr: `TLS bu sertifikayı kabul etmiyor (${reason})`,
      en: `TLS does not accept it (${reason})`,
    };
    const remedy = {
      tr: 'En az 2048 bitlik RSA veya P-256 kullanın.',
      en: 'Use RSA of 2048 bits or more, or P-256.',
    };
    report('TLS_CERTIFICATE_REFUSED', 'certificate', message, remedy);
  }
}

function clientAuthorities(pem: string, report: Report): Authority[] {
  try {
    const found = pem.match(PEM_CERTIFICATE) ?? [];
    const authorities = found.map((one) => ({ certificate: new X509Certificate(one), list: undefined }));
    if (authorities.length > 0) return authorities;
  } catch {
    // Falls through to the report.
  }
  const message = {
    tr: 'dosyada CA sertifikası yok veya bozuk',
    en: 'the file holds no readable CA certificate',
  };
  report('TLS_CLIENT_CA_INVALID', 'clientCa', message, REPLACE);
  return [];
}

function readLists(
  authorities: readonly Authority[],
  path: string,
  clock: Clock,
  report: Report,
): readonly Authority[] {
  const pem = readPem(path, 'crl', report);
  if (pem === '' || authorities.length === 0) return authorities;
  return withLists(authorities, pem, clock, (code, message, remedy) => {
    report(code, 'crl', message, remedy);
  });
}
