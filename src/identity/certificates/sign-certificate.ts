import { randomBytes } from 'node:crypto';
import forge from 'node-forge';
import { type CertificateDescription, describeCertificate } from './describe-certificate.ts';
import { signerOf } from './openssl-signer.ts';
import { type RsaKeyPair } from './rsa-key-pair.ts';

/** A certificate with its own key, both PEM. */
export interface IssuedCertificate extends CertificateDescription {
  readonly certificate: string;
  /** PKCS#8. */
  readonly key: string;
}

export interface CertificateContent {
  readonly subject: { readonly commonName: string; readonly organisation: string };
  /** Epoch milliseconds. */
  readonly validFrom: number;
  readonly validTo: number;
  /** Extensions as node-forge names them; the key identifiers are added. */
  readonly extensions: readonly object[];
}

/** Who signs: PEM certificate and PKCS#8 key. */
export interface Issuer {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Builds and signs one X.509 v3 certificate (RFC 5280) with SHA-256 and RSA. Without an issuer it signs itself.
 * node-forge knows no elliptic curves and makes no CRL: keys are RSA, and the gateway revokes in its own register.
 */
export function signCertificate(
  content: CertificateContent,
  keys: RsaKeyPair,
  issuer?: Issuer,
): IssuedCertificate {
  const certificate = forge.pki.createCertificate();
  const authority = issuer === undefined ? certificate : forge.pki.certificateFromPem(issuer.certificate);
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
  certificate.serialNumber = newSerialNumber();
  certificate.validity.notBefore = new Date(content.validFrom);
  certificate.validity.notAfter = new Date(content.validTo);
  certificate.setSubject(nameOf(content.subject));
  certificate.setIssuer(
    issuer === undefined ? nameOf(content.subject) : authority.subject.attributes.map(asRead),
  );
  certificate.setExtensions([
    ...content.extensions,
    { name: 'subjectKeyIdentifier' },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: authority.generateSubjectKeyIdentifier().getBytes(),
    },
  ]);
  certificate.sign(signerOf(certificate, issuer?.key ?? keys.privateKey), forge.md.sha256.create());
  const pem = forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
  return { ...describeCertificate(pem), certificate: pem, key: keys.privateKey };
}

/** 127 random bits, positive and of one length (RFC 5280 §4.1.2.2 allows 20 octets). Hex. */
function newSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString('hex');
}

function nameOf(subject: CertificateContent['subject']): forge.pki.CertificateField[] {
  return [
    { name: 'countryName', value: 'TR' },
    utf8Attribute('organizationName', subject.organisation),
    utf8Attribute('commonName', subject.commonName),
  ];
}

/** node-forge reads UTF8String as bytes but writes it from text: without this an issuer's Turkish letters break the chain. */
function asRead(attribute: forge.pki.CertificateField): forge.pki.CertificateField {
  const { value, valueTagClass } = attribute;
  const isUtf8 = (valueTagClass as unknown) === forge.asn1.Type.UTF8 && typeof value === 'string';
  return isUtf8 ? { ...attribute, value: forge.util.decodeUtf8(value) } : attribute;
}

/** UTF8String, because PrintableString has no İ, ı, ş or ğ. The typings call the tag a class. */
function utf8Attribute(name: string, value: string): forge.pki.CertificateField {
  return { name, value, valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class };
}
