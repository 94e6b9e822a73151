import forge from 'node-forge';

export interface Pkcs12Content {
  readonly certificate: string;
  readonly key: string;
  /** Certificates above, nearest first. */
  readonly chain: readonly string[];
  /** Shown by key stores; ASCII. */
  readonly friendlyName: string;
}

/** Stretching adds nothing to a password of 256 random bits, and node-forge stretches in JavaScript. */
const ITERATIONS = 2048;

/**
 * A PKCS#12 file (RFC 7292) with the key under AES-256-CBC and PBKDF2 with HMAC-SHA-256.
 * node-forge protects the whole by HMAC-SHA-1 and leaves certificates, which are public, in clear.
 * @param password MUST be machine-made
 */
export function toPkcs12(content: Pkcs12Content, password: string): Buffer {
  const certificates = [content.certificate, ...content.chain].map((pem) =>
    forge.pki.certificateFromPem(pem),
  );
  const options = {
    algorithm: 'aes256' as const,
    prfAlgorithm: 'sha256',
    count: ITERATIONS,
    saltSize: 16,
    friendlyName: content.friendlyName,
  };
  const key = forge.pki.privateKeyFromPem(content.key);
  const structure = forge.pkcs12.toPkcs12Asn1(key, certificates, password, options);
  return Buffer.from(forge.asn1.toDer(structure).getBytes(), 'binary');
}
