import { type BaseBlock, Constructed, fromBER, Integer, OctetString, Sequence } from 'asn1js';
import { ContentInfo, SignedData, type SignerInfo } from 'pkijs';
import { OID } from './object-ids.ts';
import { StampError } from './stamp-fault.ts';

/** Bound of a whole response; real ones have one to eight kilobytes. */
export const MAX_STAMP_BYTES: number = 64 * 1024;

/** Bound of the work that a chain takes; real tokens hold one to four. */
const MAX_CERTIFICATES = 16;

/** PKIStatus `granted` and `grantedWithMods` (RFC 3161 §2.4.2). */
const GRANTED: readonly number[] = [0, 1];

/** A token taken apart; nothing in it is verified yet. */
export interface StampToken {
  /** The octets of TSTInfo: what messageDigest is over. */
  readonly content: Buffer;
  readonly signer: SignerInfo;
  /** DER of the certificates in the token, in its order: whatever anybody put there. */
  readonly certificates: readonly Buffer[];
}

/**
 * The token of a TimeStampResp.
 * @throws StampError `too-large`, `unreadable`, `not-granted`, `wrong-content`
 */
export function readStampResponse(response: Buffer): StampToken {
  if (response.length > MAX_STAMP_BYTES) throw new StampError('too-large');
  const parts = childrenOf(parseWhole(response));
  const [status] = childrenOf(parts[0]);
  if (!(status instanceof Integer)) throw new StampError('unreadable');
  if (status.valueBlock.isHexOnly || !GRANTED.includes(status.valueBlock.valueDec))
    throw new StampError('not-granted');
  if (parts.length !== 2) throw new StampError('unreadable');
  return readToken(parts[1]);
}

/** Parses DER or BER to its very last byte. @throws StampError `unreadable` */
export function parseWhole(bytes: Buffer): BaseBlock {
  const { offset, result } = fromBER(bytes, { parseEmbedded: false });
  if (offset !== bytes.length || result.error !== '') throw new StampError('unreadable');
  return result;
}

/** The elements of a SEQUENCE. @throws StampError `unreadable` when it is something else */
export function childrenOf(block: BaseBlock | undefined): readonly BaseBlock[] {
  if (!(block instanceof Sequence)) throw new StampError('unreadable');
  return block.valueBlock.value;
}

function readToken(block: BaseBlock | undefined): StampToken {
  if (childrenOf(block).length !== 2) throw new StampError('unreadable');
  const { contentType, content } = new ContentInfo({ schema: block }) as {
    readonly contentType: string;
    readonly content: unknown;
  };
  if (contentType !== OID.signedData) throw new StampError('wrong-content');
  const signedData = new SignedData({ schema: content });
  const { eContentType, eContent } = signedData.encapContentInfo;
  if (eContentType !== OID.tstInfo || !(eContent instanceof OctetString))
    throw new StampError('wrong-content');
  // A token has the signature of its authority and no other (RFC 3161 §2.4.2).
  const [signer, second] = signedData.signerInfos;
  if (signer === undefined || second !== undefined) throw new StampError('attributes-wrong');
  return { content: Buffer.from(eContent.getValue()), signer, certificates: certificatesOf(content) };
}

/** The very bytes of each certificate, as its issuer signed them. */
function certificatesOf(signedData: unknown): Buffer[] {
  const certificates = childrenOf(signedData as BaseBlock).find(
    (block) => block.idBlock.tagClass === 3 && block.idBlock.tagNumber === 0,
  );
  if (!(certificates instanceof Constructed)) return [];
  if (certificates.valueBlock.value.length > MAX_CERTIFICATES) throw new StampError('too-large');
  return certificates.valueBlock.value
    .filter((block) => block instanceof Sequence)
    .map((block) => Buffer.from(block.valueBeforeDecodeView));
}
