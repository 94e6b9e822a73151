import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describeCertificate } from '../identity/certificates/describe-certificate.ts';
import { RefusedError, UsageError } from './command-error.ts';

export interface ClientCertificate {
  readonly fingerprint: string;
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly validTo: number;
}

/**
 * Reads a certificate that may stand for an agency.
 * @throws UsageError when the file holds none; RefusedError when it belongs to an authority or is expired at `now`
 */
export function readClientCertificate(file: string, now: number): ClientCertificate {
  const pem = readPem(file);
  if (new X509Certificate(pem).ca) throw new RefusedError(AUTHORITY);
  const { fingerprint, subject, validTo } = describeCertificate(pem);
  if (validTo <= now) throw new RefusedError(EXPIRED);
  return { fingerprint, subject, validTo };
}

function readPem(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch {
    throw new UsageError(NOT_A_CERTIFICATE);
  }
}

const NOT_A_CERTIFICATE = {
  tr: 'Dosya okunamıyor ya da PEM biçiminde bir sertifika değil. Sertifikayı -----BEGIN CERTIFICATE----- ile başlayan biçimde verin.',
  en: 'The file cannot be read or is not a PEM certificate. Give it in the form that starts with -----BEGIN CERTIFICATE-----.',
};
const AUTHORITY = {
  tr: 'Bu bir sertifika makamının sertifikası; kurum kimliği olamaz. İstemci sertifikasını verin.',
  en: 'This is the certificate of an authority and cannot stand for an agency. Give the client certificate.',
};
const EXPIRED = {
  tr: 'Sertifikanın süresi dolmuş. Kurumdan geçerli bir sertifika isteyin.',
  en: 'The certificate has expired. Ask the agency for a valid one.',
};
