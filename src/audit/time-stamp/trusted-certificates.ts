import { type ChainParts } from './certificate-chain.ts';
import { readStampCertificate, type StampCertificate } from './stamp-certificate.ts';

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * What a check trusts and may use, from PEM text with any number of certificates.
 * @param roots the pinned roots
 * @param intermediates certificates that tokens may leave out
 * @throws SyntaxError when a text holds no certificate, or one that cannot be read
 */
export function trustedCertificates(roots: string, intermediates = ''): ChainParts {
  const pinned = certificatesOf(roots);
  if (pinned.length === 0) throw new SyntaxError('no certificate in the text of the roots');
  return { roots: pinned, intermediates: certificatesOf(intermediates) };
}

function certificatesOf(pem: string): StampCertificate[] {
  return (pem.match(PEM_BLOCK) ?? []).map((block) => {
    const certificate = readStampCertificate(
      Buffer.from(block.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64'),
    );
    if (certificate === undefined) throw new SyntaxError('a certificate cannot be read');
    return certificate;
  });
}
