import { sign, X509Certificate } from 'node:crypto';
import { BitString, Enumerated, Integer, Null, OctetString } from 'asn1js';
import {
  Certificate,
  CertificateRevocationList,
  Extension,
  Extensions,
  RevokedCertificate,
  Time,
  TimeType,
} from 'pkijs';

/** Who signs: PEM certificate and PEM key, RSA. */
export interface ListIssuer {
  readonly certificate: string;
  readonly key: string;
}

export interface ListContent {
  /** Serial numbers in hex, as X509Certificate gives them. */
  readonly serials?: readonly string[];
  /** Epoch milliseconds. */
  readonly issuedAt?: number;
  readonly nextUpdate?: number | null;
  /** Object identifier of an extension that is critical. */
  readonly critical?: string;
}

const RSA_SHA256 = '1.2.840.113549.1.1.11';
const REASON = '2.5.29.21';
const LIST_NUMBER = '2.5.29.20';
const HOUR = 3_600_000;

/** What pkijs keeps to itself: it signs with WebCrypto only. */
interface HasTbs {
  encodeTBS(): Encodable;
}

interface Encodable {
  toBER(): ArrayBuffer;
}

/** A list of revoked certificates as PEM, made with pkijs from RFC 5280. */
export function revocationList(issuer: ListIssuer, content: ListContent = {}): string {
  const { serials = [], issuedAt = Date.now() - HOUR, nextUpdate = Date.now() + HOUR, critical } = content;
  const list = new CertificateRevocationList();
  list.version = 1;
  list.issuer = Certificate.fromBER(new X509Certificate(issuer.certificate).raw).subject;
  list.thisUpdate = timeOf(issuedAt);
  if (nextUpdate !== null) list.nextUpdate = timeOf(nextUpdate);
  if (serials.length > 0) list.revokedCertificates = serials.map((serial) => entry(serial, issuedAt));
  list.crlExtensions = new Extensions({ extensions: extensionsOf(critical) });
  list.signature.algorithmId = RSA_SHA256;
  list.signature.algorithmParams = new Null();
  list.signatureAlgorithm = list.signature;
  const tbs = new Uint8Array((list as unknown as HasTbs).encodeTBS().toBER());
  list.signatureValue = new BitString({ valueHex: sign('sha256', tbs, issuer.key) });
  const signed = list.toSchema(true) as Encodable;
  return pem(Buffer.from(signed.toBER()));
}

/** DER as a PEM block. */
export function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN X509 CRL-----\n${lines.join('\n')}\n-----END X509 CRL-----\n`;
}

/** The serial number of a PEM certificate, in hex. */
export function serialNumber(certificate: string): string {
  return new X509Certificate(certificate).serialNumber;
}

function entry(serial: string, at: number): RevokedCertificate {
  const reason = new Extension({ extnID: REASON, extnValue: new Enumerated({ value: 1 }).toBER() });
  return new RevokedCertificate({
    userCertificate: Integer.fromBigInt(BigInt(`0x${serial}`)),
    revocationDate: timeOf(at),
    crlEntryExtensions: new Extensions({ extensions: [reason] }),
  });
}

function extensionsOf(critical: string | undefined): Extension[] {
  const number = new Extension({ extnID: LIST_NUMBER, extnValue: new Integer({ value: 7 }).toBER() });
  if (critical === undefined) return [number];
  const value = new OctetString({ valueHex: new ArrayBuffer(0) }).toBER();
  return [number, new Extension({ extnID: critical, critical: true, extnValue: value })];
}

function timeOf(at: number): Time {
  return new Time({ type: TimeType.UTCTime, value: new Date(Math.floor(at / 1000) * 1000) });
}
