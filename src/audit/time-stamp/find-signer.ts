import { Constructed, OctetString, Primitive } from 'asn1js';
import { IssuerAndSerialNumber, type SignerInfo } from 'pkijs';
import { isNamed } from './named-certificate.ts';
import { schemeOf, signatureHolds, strongKey } from './signature-scheme.ts';
import { type SignedAttributes } from './signed-attributes.ts';
import { type StampCertificate } from './stamp-certificate.ts';
import { StampError } from './stamp-fault.ts';

const SUBJECT_KEY_IDENTIFIER = '2.5.29.14';

/**
 * The certificate that made the signature. Nothing is taken from a certificate because it lies in the token: it must bear
 * the name that the signature's record states, its key must have made the signature, and the signed attributes must name it.
 * @throws StampError `signature-unsupported`, `signer-missing`, `signature-wrong`, `signer-differs`
 */
export function findSigner(
  signer: SignerInfo,
  attributes: SignedAttributes,
  certificates: readonly StampCertificate[],
): StampCertificate {
  const scheme = schemeOf(signer.signatureAlgorithm);
  if (scheme === undefined || (scheme.digest ?? attributes.digest) !== attributes.digest)
    throw new StampError('signature-unsupported');
  const stated = certificates.filter((certificate) => isStated(signer, certificate));
  if (stated.length === 0) throw new StampError('signer-missing');
  const how = { ...scheme, digest: attributes.digest };
  const signature = Buffer.from(signer.signature.getValue());
  const made = stated.filter(({ key }) => signatureHolds(how, key, attributes.signedBytes, signature));
  if (made.length === 0) throw new StampError('signature-wrong');
  const found = made.find((certificate) => isNamed(attributes, certificate));
  if (found === undefined) throw new StampError('signer-differs');
  if (!strongKey(found.key)) throw new StampError('signature-unsupported');
  return found;
}

function isStated({ sid }: SignerInfo, { parsed, extensions }: StampCertificate): boolean {
  if (sid instanceof IssuerAndSerialNumber)
    return parsed.issuer.isEqual(sid.issuer) && parsed.serialNumber.isEqual(sid.serialNumber);
  const identifier = keyIdentifierOf(sid);
  const own: unknown = extensions.get(SUBJECT_KEY_IDENTIFIER)?.parsedValue;
  return (
    identifier !== undefined && own instanceof OctetString && identifier.equals(Buffer.from(own.getValue()))
  );
}

/** `[0] SubjectKeyIdentifier`, tagged implicitly as RFC 5652 §5.3 has it, or explicitly as some write it. */
function keyIdentifierOf(sid: unknown): Buffer | undefined {
  if (sid instanceof Primitive) return Buffer.from(sid.valueBlock.valueHexView);
  const [inner] = sid instanceof Constructed ? sid.valueBlock.value : [];
  return inner instanceof OctetString ? Buffer.from(inner.getValue()) : undefined;
}
