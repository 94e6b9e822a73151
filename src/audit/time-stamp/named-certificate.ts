import { hash } from 'node:crypto';
import { type BaseBlock, OctetString, Sequence } from 'asn1js';
import { AlgorithmIdentifier, IssuerSerial } from 'pkijs';
import { DIGESTS, OID } from './object-ids.ts';
import { type SignedAttributes } from './signed-attributes.ts';
import { type StampCertificate } from './stamp-certificate.ts';
import { childrenOf } from './stamp-response.ts';

/** GeneralName: directoryName. */
const DIRECTORY_NAME = 4;

/**
 * Whether a certificate is the one that the signed attributes name: by ESSCertID (RFC 2634 §5.4), by ESSCertIDv2
 * (RFC 5816), and by both where both are there. The first entry names the signer; further ones are not needed.
 */
export function isNamed(attributes: SignedAttributes, certificate: StampCertificate): boolean {
  const { signingCertificate, signingCertificateV2 } = attributes;
  const names = [
    ...(signingCertificate === undefined ? [] : [names1(firstEntry(signingCertificate), certificate)]),
    ...(signingCertificateV2 === undefined ? [] : [names2(firstEntry(signingCertificateV2), certificate)]),
  ];
  return names.length > 0 && names.every(Boolean);
}

/** Entry of `SigningCertificate ::= SEQUENCE { certs SEQUENCE OF ESSCertID, … }`. */
function firstEntry(attribute: BaseBlock): readonly BaseBlock[] {
  const [certificates] = childrenOf(attribute);
  return childrenOf(childrenOf(certificates)[0]);
}

function names1([certHash, issuerSerial]: readonly BaseBlock[], certificate: StampCertificate): boolean {
  return hashNames('sha1', certHash, certificate) && issuerSerialNames(issuerSerial, certificate);
}

function names2(entry: readonly BaseBlock[], certificate: StampCertificate): boolean {
  const [first] = entry;
  const named = first instanceof Sequence;
  const oid = named ? new AlgorithmIdentifier({ schema: first }).algorithmId : OID.sha256;
  const [certHash, issuerSerial] = named ? entry.slice(1) : entry;
  return hashNames(DIGESTS[oid], certHash, certificate) && issuerSerialNames(issuerSerial, certificate);
}

function hashNames(
  digest: string | undefined,
  certHash: BaseBlock | undefined,
  { der }: StampCertificate,
): boolean {
  if (digest === undefined || !(certHash instanceof OctetString)) return false;
  return hash(digest, der, 'buffer').equals(Buffer.from(certHash.getValue()));
}

function issuerSerialNames(block: BaseBlock | undefined, { parsed }: StampCertificate): boolean {
  if (block === undefined) return true;
  const { issuer, serialNumber } = new IssuerSerial({ schema: block });
  const [name, second] = issuer.names;
  if (name?.type !== DIRECTORY_NAME || second !== undefined) return false;
  return parsed.issuer.isEqual(name.value) && parsed.serialNumber.isEqual(serialNumber);
}
