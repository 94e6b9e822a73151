import { type KeyObject, X509Certificate } from 'node:crypto';
import { Certificate, type Extension } from 'pkijs';
import { parseWhole } from './stamp-response.ts';

/** One certificate, read twice from the same bytes: by OpenSSL for keys and signatures, by pkijs for its extensions. */
export interface StampCertificate {
  readonly der: Buffer;
  readonly x509: X509Certificate;
  readonly key: KeyObject;
  readonly parsed: Certificate;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/**
 * Undefined for what is no X.509 certificate or has an extension twice (RFC 5280 §4.2): such a one is never part of a
 * chain, and does no harm where it lies.
 */
export function readStampCertificate(der: Buffer): StampCertificate | undefined {
  try {
    const x509 = new X509Certificate(der);
    const parsed = new Certificate({ schema: parseWhole(x509.raw) });
    const all = parsed.extensions ?? [];
    const extensions = new Map(all.map((extension) => [extension.extnID, extension]));
    return extensions.size === all.length
      ? { der: x509.raw, x509, key: x509.publicKey, parsed, extensions }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the certificate was valid at a moment. @param at epoch milliseconds */
export function validAt({ x509 }: StampCertificate, at: number): boolean {
  return Date.parse(x509.validFrom) <= at && at <= Date.parse(x509.validTo);
}
