import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

/** PEM: PKCS#8 and SPKI. */
export interface RsaKeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** 112 bits of strength (NIST SP 800-57 part 1, table 2). */
const BITS = 2048;

const generate = promisify(generateKeyPair);

/**
 * A new RSA key, made by OpenSSL off the main thread.
 * 2048 bits: a first start makes five keys, and 3072 bits take about four times as long for certificates that live a year.
 */
export async function createRsaKeyPair(): Promise<RsaKeyPair> {
  return generate('rsa', {
    modulusLength: BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}
