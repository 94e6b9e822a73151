import { constants, createHash, hash, sign } from 'node:crypto';
import {
  type BaseBlock, Boolean as Asn1Boolean, Constructed, fromBER, GeneralizedTime, Integer, Null, ObjectIdentifier, OctetString,
  Primitive, Sequence, Set as Asn1Set,
} from 'asn1js'; // prettier-ignore
import { Certificate } from 'pkijs';
import { type Issued } from './time-stamp-pki.ts';

const OIDS = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  v1: '1.2.840.113549.1.9.16.2.12',
  v2: '1.2.840.113549.1.9.16.2.47',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  rsa: '1.2.840.113549.1.1.1',
  pss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
} as const;
const ECDSA: Readonly<Record<Digest, string>> = {
  sha1: '1.2.840.10045.4.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
};
type Digest = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** A response as a forger, an odd authority or one of years ago would make it. Valid but for what is overridden. */
export interface Forgery {
  readonly imprint: Buffer;
  readonly status?: number;
  readonly version?: number;
  readonly policy?: string;
  readonly imprintAlgorithm?: string;
  /** ASN.1 GeneralizedTime as text. */
  readonly genTime?: string;
  readonly accuracySeconds?: number;
  readonly nonce?: bigint;
  readonly criticalExtension?: boolean;
  readonly eContentType?: string;
  readonly attributeContentType?: string | null;
  readonly messageDigest?: Buffer | null;
  readonly digest?: Digest;
  readonly pss?: boolean;
  readonly maskDigest?: Digest;
  readonly ess?: readonly ('v1' | 'v2')[];
  readonly essDigest?: Digest;
  /** DER of the certificate that the signed attributes name; the signer's own without it. */
  readonly names?: Buffer;
  /** The same for ESSCertID alone. */
  readonly namesByV1?: Buffer;
  /** Whose issuer and serial number stand in ESSCertID; none without it. */
  readonly essIssuerSerialOf?: Buffer;
  /** DER of the certificate whose issuer and serial number stand in SignerInfo; the signer's own without it. */
  readonly states?: Buffer;
  readonly byKeyIdentifier?: boolean;
  readonly certificates?: readonly Buffer[];
  readonly constructedContent?: boolean;
  readonly doubledAttribute?: boolean;
  readonly withoutAttributes?: boolean;
  readonly secondSigner?: boolean;
  readonly signed?: (bytes: Buffer) => Buffer;
}

export function forgeStamp(signer: Issued, forgery: Forgery): Buffer {
  const content = tstInfo(forgery);
  const info = signerInfo(signer, forgery, content);
  const eContent = forgery.constructedContent === true
    ? new OctetString({ value: [octets(content.subarray(0, 9)), octets(content.subarray(9))] })
    : octets(content); // prettier-ignore
  const signedData = new Sequence({
    value: [
      new Integer({ value: 3 }),
      new Asn1Set({ value: [algorithm(OIDS[forgery.digest ?? 'sha256'])] }),
      new Sequence({ value: [oid(forgery.eContentType ?? OIDS.tstInfo), explicit(0, [eContent])] }),
      explicit(0, (forgery.certificates ?? [signer.der]).map(parsed)),
      new Asn1Set({ value: forgery.secondSigner === true ? [info, info] : [info] }),
    ],
  });
  const status = new Sequence({ value: [new Integer({ value: forgery.status ?? 0 })] });
  const token = new Sequence({ value: [oid(OIDS.signedData), explicit(0, [signedData])] });
  return der(new Sequence({ value: [status, token] }));
}

function tstInfo(forgery: Forgery): Buffer {
  const { accuracySeconds, nonce, criticalExtension } = forgery;
  const extension = new Sequence({
    value: [oid('1.2.3.4'), new Asn1Boolean({ value: true }), octets(Buffer.of(5, 0))],
  });
  return der(
    new Sequence({
      value: [
        new Integer({ value: forgery.version ?? 1 }),
        oid(forgery.policy ?? '1.2.3.4.1'),
        new Sequence({ value: [algorithm(forgery.imprintAlgorithm ?? OIDS.sha256), octets(forgery.imprint)] }),
        new Integer({ value: 7 }),
        time(forgery.genTime ?? '20260301120000Z'),
        ...(accuracySeconds === undefined ? [] : [new Sequence({ value: [new Integer({ value: accuracySeconds })] })]),
        ...(nonce === undefined ? [] : [Integer.fromBigInt(nonce)]),
        ...(criticalExtension === true ? [explicit(1, [extension])] : []),
      ],
    }),
  ); // prettier-ignore
}

function signerInfo(signer: Issued, forgery: Forgery, content: Buffer): Sequence {
  const digest = forgery.digest ?? 'sha256';
  const attributes = attributesOf(signer, forgery, content);
  const bytes = forgery.withoutAttributes === true ? content : der(new Asn1Set({ value: attributes }));
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const key = { key: signer.key, ...(forgery.pss === true ? pss : {}) };
  const signature = sign(digest, forgery.signed?.(bytes) ?? bytes, key);
  return new Sequence({
    value: [
      new Integer({ value: 1 }),
      sid(forgery.states ?? signer.der, forgery.byKeyIdentifier === true),
      algorithm(OIDS[digest]),
      ...(forgery.withoutAttributes === true ? [] : [explicit(0, attributes)]),
      signatureAlgorithm(signer, forgery),
      octets(signature),
    ],
  });
}

function attributesOf(signer: Issued, forgery: Forgery, content: Buffer): Sequence[] {
  const { attributeContentType = OIDS.tstInfo, messageDigest } = forgery;
  const digest =
    messageDigest === undefined ? hash(forgery.digest ?? 'sha256', content, 'buffer') : messageDigest;
  const names = forgery.names ?? signer.der;
  const contentType =
    attributeContentType === null ? [] : [attribute(OIDS.contentType, oid(attributeContentType))];
  return [
    ...contentType,
    ...(forgery.doubledAttribute === true ? contentType : []),
    ...(digest === null ? [] : [attribute(OIDS.messageDigest, octets(digest))]),
    ...(forgery.ess ?? ['v2']).map((version) => attribute(OIDS[version], signingCertificate(version, (version === 'v1' ? forgery.namesByV1 : undefined) ?? names, forgery))),
  ]; // prettier-ignore
}

function signingCertificate(version: 'v1' | 'v2', names: Buffer, forgery: Forgery): Sequence {
  const digest = version === 'v1' ? 'sha1' : (forgery.essDigest ?? 'sha256');
  const { essIssuerSerialOf } = forgery;
  const entry = new Sequence({
    value: [
      ...(version === 'v2' && digest !== 'sha256' ? [algorithm(OIDS[digest])] : []),
      octets(createHash(digest).update(names).digest()),
      ...(essIssuerSerialOf === undefined ? [] : [issuerSerial(essIssuerSerialOf)]),
    ],
  });
  return new Sequence({ value: [new Sequence({ value: [entry] })] });
}

function issuerSerial(certificate: Buffer): Sequence {
  const { issuer, serialNumber } = pkijsCertificate(certificate);
  return new Sequence({ value: [new Sequence({ value: [explicit(4, [issuer.toSchema()])] }), serialNumber] });
}

function sid(certificate: Buffer, byKeyIdentifier: boolean): BaseBlock {
  const { issuer, serialNumber, extensions = [] } = pkijsCertificate(certificate);
  if (!byKeyIdentifier) return new Sequence({ value: [issuer.toSchema(), serialNumber] });
  const identifier = extensions.find(({ extnID }) => extnID === '2.5.29.14')?.parsedValue as OctetString;
  return new Primitive({
    idBlock: { tagClass: 3, tagNumber: 0 },
    valueHex: identifier.valueBlock.valueHexView,
  });
}

function signatureAlgorithm({ key }: Issued, forgery: Forgery): Sequence {
  const digest = forgery.digest ?? 'sha256';
  if (key.asymmetricKeyType === 'ec') return new Sequence({ value: [oid(ECDSA[digest])] });
  if (forgery.pss !== true) return algorithm(OIDS.rsa);
  const mask = new Sequence({ value: [oid(OIDS.mgf1), algorithm(OIDS[forgery.maskDigest ?? digest])] });
  const parameters = new Sequence({
    value: [
      explicit(0, [algorithm(OIDS[digest])]),
      explicit(1, [mask]),
      explicit(2, [new Integer({ value: 32 })]),
    ],
  });
  return new Sequence({ value: [oid(OIDS.pss), parameters] });
}

function attribute(type: string, value: BaseBlock): Sequence {
  return new Sequence({ value: [oid(type), new Asn1Set({ value: [value] })] });
}

function algorithm(identifier: string): Sequence {
  return new Sequence({ value: [oid(identifier), new Null()] });
}

function explicit(tagNumber: number, value: BaseBlock[]): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber }, value: value });
}

function oid(value: string): ObjectIdentifier {
  return new ObjectIdentifier({ value });
}

function octets(valueHex: Buffer): OctetString {
  return new OctetString({ valueHex: Uint8Array.from(valueHex) });
}

/** Not through the library, which writes valid times alone. */
function time(text: string): BaseBlock {
  const block = new GeneralizedTime({ valueDate: new Date(0) });
  block.valueBlock.valueHexView = Uint8Array.from(Buffer.from(text, 'latin1'));
  return block;
}

function parsed(bytes: Buffer): BaseBlock {
  return fromBER(bytes).result;
}

function pkijsCertificate(bytes: Buffer): Certificate {
  return new Certificate({ schema: parsed(bytes) });
}

function der(block: BaseBlock): Buffer {
  return Buffer.from(block.toBER());
}
