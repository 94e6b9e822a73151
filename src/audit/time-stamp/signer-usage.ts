import { BitString } from 'asn1js';
import { ExtKeyUsage } from 'pkijs';
import { OID } from './object-ids.ts';
import { type StampCertificate } from './stamp-certificate.ts';

/** Bits of KeyUsage (RFC 5280 §4.2.1.3): digitalSignature and nonRepudiation in the first octet. */
const SIGNING_BITS = 0xc0;

/**
 * Whether a certificate was issued for time stamps alone: its extended usage is critical and names nothing else
 * (RFC 3161 §2.3), and its key usage, where there is one, is for signatures.
 */
export function isForTimeStampsAlone({ extensions }: StampCertificate): boolean {
  const extended = extensions.get(OID.extKeyUsage);
  const purposes: unknown = extended?.parsedValue;
  if (extended?.critical !== true || !(purposes instanceof ExtKeyUsage)) return false;
  const alone = purposes.keyPurposes.length === 1 && purposes.keyPurposes[0] === OID.timeStamping;
  return alone && signsOnly(extensions.get(OID.keyUsage)?.parsedValue);
}

function signsOnly(usage: unknown): boolean {
  if (usage === undefined) return true;
  if (!(usage instanceof BitString)) return false;
  const [first = 0, ...others] = usage.valueBlock.valueHexView;
  return (
    (first & SIGNING_BITS) !== 0 && (first & ~SIGNING_BITS) === 0 && others.every((octet) => octet === 0)
  );
}
