import { createHash, X509Certificate } from 'node:crypto';

export interface CertificateDescription {
  /** SHA-256 of the DER form, lower-case hex. */
  readonly fingerprint: string;
  /** One line, e.g. `CN=cgm, O=…`. */
  readonly subject: string;
  readonly der: Buffer;
  /** Epoch milliseconds. */
  readonly validFrom: number;
  readonly validTo: number;
}

/**
 * What a register keeps of a certificate.
 * @throws Error when the text is not one PEM certificate
 */
export function describeCertificate(pem: string): CertificateDescription {
  const certificate = new X509Certificate(pem);
  return {
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
    subject: certificate.subject.split('\n').join(', '),
    der: certificate.raw,
    validFrom: Date.parse(certificate.validFrom),
    validTo: Date.parse(certificate.validTo),
  };
}
