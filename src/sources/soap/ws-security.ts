import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ISecurity, WSSecurity, WSSecurityCert } from 'soap';
import { type Fault, FaultsError } from '../../shared/fault.ts';
import { readPasswordFile } from '../../shared/password-file.ts';
import { sourceFault } from '../source-faults.ts';
import { type SoapSecurity } from './soap-source-settings.ts';

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

/** What is put into the header of every request; undefined for nothing. @throws FaultsError when a file cannot be used */
export function wsSecurity(sourceId: string, security: SoapSecurity): ISecurity | undefined {
  switch (security.kind) {
    case 'none':
      return undefined;
    case 'usernameToken':
      return new WSSecurity(security.user, readPasswordFile(security.passwordFile), {
        passwordType: security.passwordType === 'digest' ? 'PasswordDigest' : 'PasswordText',
        hasTimeStamp: security.timestamp,
        hasNonce: true,
        hasTokenCreated: true,
        mustUnderstand: true,
      });
    case 'x509': {
      const { certificate, key } = signer(sourceId, security);
      return new WSSecurityCert(key, certificate, '', { signatureAlgorithm: RSA_SHA256, hasTimeStamp: true });
    }
  }
}

function signer(
  sourceId: string,
  files: { readonly certificate: string; readonly key: string },
): { readonly certificate: string; readonly key: string } {
  try {
    const key = readFileSync(files.key, 'utf8');
    // The first of a chain; only that one goes with the signature.
    const certificate = new X509Certificate(readFileSync(files.certificate));
    const privateKey = createPrivateKey(key);
    if (privateKey.asymmetricKeyType === 'rsa' && certificate.checkPrivateKey(privateKey))
      return { certificate: certificate.toString(), key };
  } catch (error) {
    throw new FaultsError([unusable(sourceId, (error as NodeJS.ErrnoException).code ?? 'UNKNOWN')]);
  }
  throw new FaultsError([unusable(sourceId, 'KEY_MISMATCH')]);
}

function unusable(sourceId: string, reason: string): Fault {
  return sourceFault(sourceId, 'security', {
    code: 'SOURCE_SIGNER_INVALID',
    message: {
      tr: `imza sertifikası ya da RSA anahtarı kullanılamıyor (${reason})`,
      en: `the certificate of the signature or its RSA key cannot be used (${reason})`,
    },
    remedy: {
      tr: 'Sertifikayı ve onun parolasız RSA anahtarını PEM olarak koyun.',
      en: 'Put the certificate and its RSA key, without a passphrase, in place as PEM.',
    },
  });
}
