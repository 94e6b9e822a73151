import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type Clock } from '../shared/clock.ts';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { type Sentence } from '../shared/problem.ts';

/** PEM texts of the partner listener. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  readonly clientCa: string;
}

type Report = (code: string, key: keyof TlsFiles, message: Sentence, remedy: Sentence) => void;

const RENEW = { tr: 'Yeni bir sunucu sertifikası koyun.', en: 'Put a new server certificate in place.' };
const REPLACE = {
  tr: 'Dosyayı geçerli bir PEM dosyasıyla değiştirin.',
  en: 'Replace the file by a valid PEM file.',
};
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/**
 * Reads and checks certificate, key and client CA of the partner listener.
 * @param paths absolute paths, as in `settings.partner`
 * @throws FaultsError with all that is missing, broken, expired or does not fit together
 */
export function readTlsFiles(paths: TlsFiles, clock: Clock): TlsFiles {
  const faults: Fault[] = [];
  const report: Report = (code, key, message, remedy) => {
    faults.push({ code, file: paths[key], line: 0, key: `partner.${key}`, message, remedy });
  };
  const files = {
    certificate: readPem(paths, 'certificate', report),
    key: readPem(paths, 'key', report),
    clientCa: readPem(paths, 'clientCa', report),
  };
  if (files.clientCa !== '') checkClientCa(files.clientCa, report);
  const certificate =
    files.certificate === '' ? undefined : serverCertificate(files.certificate, clock, report);
  const key = files.key === '' ? undefined : privateKey(files.key, report);
  if (certificate !== undefined && key !== undefined) checkPair(certificate, key, files, report);
  if (faults.length > 0) throw new FaultsError(faults);
  return files;
}

function readPem(paths: TlsFiles, key: keyof TlsFiles, report: Report): string {
  try {
    const text = readFileSync(paths[key], 'utf8');
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

function checkClientCa(pem: string, report: Report): void {
  try {
    const found = pem.match(PEM_CERTIFICATE) ?? [];
    for (const one of found) new X509Certificate(one);
    if (found.length > 0) return;
  } catch {
    // Falls through to the report.
  }
  const message = {
    tr: 'dosyada CA sertifikası yok veya bozuk',
    en: 'the file holds no readable CA certificate',
  };
  report('TLS_CLIENT_CA_INVALID', 'clientCa', message, REPLACE);
}
