import { Integer, Null, OctetString } from 'asn1js';
import { AlgorithmIdentifier, MessageImprint, TimeStampReq } from 'pkijs';
import { OID } from './object-ids.ts';

const IMPRINT_BYTES = 32;
const NONCE_BYTES = 8;

/** What a request may ask for besides a stamp over the imprint. */
export interface StampRequestOptions {
  /** At least 8 random bytes, read as a positive number; ties the answer to this request. */
  readonly nonce: Buffer;
  /** Object identifier of the authority's policy. */
  readonly policy?: string | undefined;
}

/**
 * DER of an RFC 3161 TimeStampReq over a SHA-256 imprint that asks for the certificate of the signer.
 * @param imprint 32 bytes
 * @throws RangeError when imprint or nonce have another length
 */
export function stampRequest(imprint: Buffer, options: StampRequestOptions): Buffer {
  if (imprint.length !== IMPRINT_BYTES) throw new RangeError('an imprint has 32 bytes');
  if (options.nonce.length < NONCE_BYTES) throw new RangeError('a nonce has at least 8 bytes');
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: OID.sha256, algorithmParams: new Null() }),
      hashedMessage: new OctetString({ valueHex: imprint }),
    }),
    nonce: Integer.fromBigInt(nonceNumber(options.nonce)),
    certReq: true,
    ...(options.policy === undefined ? {} : { reqPolicy: options.policy }),
  });
  return Buffer.from(request.toSchema().toBER());
}

/** The number that a nonce is on the wire: its bytes, most significant first. */
export function nonceNumber(nonce: Buffer): bigint {
  return BigInt(`0x${nonce.toString('hex')}`);
}
