import { constants, type KeyObject, verify } from 'node:crypto';
import { type AlgorithmIdentifier, AlgorithmIdentifier as Algorithm, RSASSAPSSParams } from 'pkijs';
import { DIGESTS } from './object-ids.ts';

/** How a signature was made. */
export interface SignatureScheme {
  readonly family: 'rsa' | 'rsa-pss' | 'ec';
  /** As node:crypto names it; undefined where the scheme leaves it to the message (rsaEncryption in CMS). */
  readonly digest: string | undefined;
  readonly saltLength?: number;
}

const SCHEMES: Readonly<Record<string, SignatureScheme>> = {
  '1.2.840.113549.1.1.1': { family: 'rsa', digest: undefined },
  '1.2.840.113549.1.1.11': { family: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { family: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { family: 'rsa', digest: 'sha512' },
  '1.2.840.10045.4.3.2': { family: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { family: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { family: 'ec', digest: 'sha512' },
};
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const CURVES: readonly string[] = ['prime256v1', 'secp384r1'];
const RSA_BITS = 2048;

/** The scheme of an algorithm identifier; undefined for all that is not RSA or ECDSA with SHA-256, SHA-384 or SHA-512. */
export function schemeOf(algorithm: AlgorithmIdentifier): SignatureScheme | undefined {
  return algorithm.algorithmId === RSASSA_PSS ? pssScheme(algorithm) : SCHEMES[algorithm.algorithmId];
}

/** RFC 4055 §3.1; the mask MUST use the digest of the message, as node:crypto knows no other. */
function pssScheme({ algorithmParams }: AlgorithmIdentifier): SignatureScheme | undefined {
  const parameters = new RSASSAPSSParams({ schema: algorithmParams as unknown });
  const { hashAlgorithm, maskGenAlgorithm, saltLength, trailerField } = parameters;
  const maskDigest = new Algorithm({ schema: maskGenAlgorithm.algorithmParams as unknown });
  const digest = DIGESTS[hashAlgorithm.algorithmId];
  const usable =
    maskGenAlgorithm.algorithmId === MGF1 &&
    maskDigest.algorithmId === hashAlgorithm.algorithmId &&
    trailerField === 1;
  return digest !== undefined && usable ? { family: 'rsa-pss', digest, saltLength } : undefined;
}

/** RSA of at least 2048 bits, or ECDSA on P-256 or P-384. */
export function strongKey(key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === 'ec'
    ? CURVES.includes(namedCurve)
    : isRsa(key) && modulusLength >= RSA_BITS;
}

/** Whether the key made the signature. A key of another family did not. */
export function signatureHolds(
  scheme: SignatureScheme & { readonly digest: string },
  key: KeyObject,
  message: Buffer,
  signature: Buffer,
): boolean {
  const { family, digest, saltLength = 0 } = scheme;
  const fits = family === 'rsa-pss' ? isRsa(key) : key.asymmetricKeyType === family;
  if (!fits) return false;
  const padding = family === 'rsa-pss' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const how = family === 'ec' ? { dsaEncoding: 'der' as const } : { padding, saltLength };
  try {
    return verify(digest, message, { key, ...how }, signature);
  } catch {
    // OpenSSL throws where the key forbids the scheme or the parameters make no sense.
    return false;
  }
}

function isRsa(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss';
}
