import { hash } from 'node:crypto';
import { type BaseBlock, ObjectIdentifier, OctetString } from 'asn1js';
import { type SignedAndUnsignedAttributes, type SignerInfo } from 'pkijs';
import { DIGESTS, OID } from './object-ids.ts';
import { StampError } from './stamp-fault.ts';

/** The attributes that a signature covers. */
export interface SignedAttributes {
  /** The bytes that are signed: the attributes under the tag of a SET (RFC 5652 §5.4). */
  readonly signedBytes: Buffer;
  readonly signingCertificate: BaseBlock | undefined;
  readonly signingCertificateV2: BaseBlock | undefined;
  /** Digest of the message, as node:crypto names it. */
  readonly digest: string;
}

/**
 * Reads the signed attributes and holds the content to them (RFC 5652 §5.4 and §11).
 * @throws StampError `attributes-wrong`, `signature-unsupported`, `digest-differs`
 */
export function readSignedAttributes(signer: SignerInfo, content: Buffer): SignedAttributes {
  const attributes = signer.signedAttrs;
  if (attributes === undefined) throw new StampError('attributes-wrong');
  const contentType = onlyValue(attributes, OID.contentType);
  if (!(contentType instanceof ObjectIdentifier) || contentType.getValue() !== OID.tstInfo)
    throw new StampError('attributes-wrong');
  const messageDigest = onlyValue(attributes, OID.messageDigest);
  if (!(messageDigest instanceof OctetString)) throw new StampError('attributes-wrong');
  const digest = DIGESTS[signer.digestAlgorithm.algorithmId];
  if (digest === undefined) throw new StampError('signature-unsupported');
  if (!hash(digest, content, 'buffer').equals(Buffer.from(messageDigest.getValue())))
    throw new StampError('digest-differs');
  return {
    signedBytes: Buffer.from(attributes.encodedValue),
    signingCertificate: onlyValue(attributes, OID.signingCertificate),
    signingCertificateV2: onlyValue(attributes, OID.signingCertificateV2),
    digest,
  };
}

/** The one value of an attribute, or undefined where the attribute is not there. */
function onlyValue({ attributes }: SignedAndUnsignedAttributes, type: string): BaseBlock | undefined {
  const found = attributes.filter((attribute) => attribute.type === type);
  const values = found.flatMap((attribute) => attribute.values as BaseBlock[]);
  const [value] = values;
  if (found.length > 1 || (found.length === 1 && values.length !== 1))
    throw new StampError('attributes-wrong');
  return value;
}
