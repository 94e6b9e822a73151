import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { Integer, OctetString, Sequence } from 'asn1js';

/** Fixed by the service; the password is guarded by its length, not by this count. */
const ITERATIONS = 100;
const KEY_BYTES = 32;

/** A customer of the time-stamp service of Kamu SM. */
export interface KamusmCustomer {
  readonly customerId: number;
  readonly password: string;
}

/**
 * The `identity` header of Kamu SM: the imprint encrypted under the password (AES-256-CBC, key by PBKDF2-HMAC-SHA-256),
 * so that the header is good for this one request. DER of
 * `SEQUENCE { userid INTEGER, salt OCTET STRING, iterations INTEGER, iv OCTET STRING, encrypted OCTET STRING }` in hex.
 * @param salt 16 random bytes; salt and initialisation vector are the same, as the service has it
 */
export function kamusmIdentity(customer: KamusmCustomer, imprint: Buffer, salt: Buffer): string {
  const key = pbkdf2Sync(customer.password, salt, ITERATIONS, KEY_BYTES, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, salt);
  const encrypted = Buffer.concat([cipher.update(imprint), cipher.final()]);
  const identity = new Sequence({
    value: [
      Integer.fromBigInt(customer.customerId),
      new OctetString({ valueHex: salt }),
      new Integer({ value: ITERATIONS }),
      new OctetString({ valueHex: salt }),
      new OctetString({ valueHex: encrypted }),
    ],
  });
  // A number in hex to the service; it begins with 30, so its digits are those of the bytes.
  return Buffer.from(identity.toBER()).toString('hex');
}
