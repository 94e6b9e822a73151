import { createPrivateKey, sign } from 'node:crypto';
import forge from 'node-forge';

/**
 * What node-forge asks to sign a certificate with SHA-256 and RSA (PKCS#1 v1.5), done by OpenSSL: its own arithmetic is
 * JavaScript.
 * @param key PEM
 */
export function signerOf(certificate: forge.pki.Certificate, key: string): forge.pki.rsa.PrivateKey {
  const signer = {
    sign: (): string => {
      const { tbsCertificate } = certificate as unknown as { readonly tbsCertificate: forge.asn1.Asn1 };
      const der = Buffer.from(forge.asn1.toDer(tbsCertificate).getBytes(), 'binary');
      return sign('sha256', der, createPrivateKey(key)).toString('binary');
    },
  };
  return signer as unknown as forge.pki.rsa.PrivateKey;
}
