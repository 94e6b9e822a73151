import { type Clock } from '../../shared/clock.ts';
import { createRsaKeyPair } from './rsa-key-pair.ts';
import { type IssuedCertificate, signCertificate } from './sign-certificate.ts';
import { validity } from './validity.ts';

const DAYS_A_YEAR = 365;

/** A new certificate authority of one level: it signs leaf certificates only. */
export async function createAuthority(name: string, years: number, clock: Clock): Promise<IssuedCertificate> {
  const content = {
    subject: { commonName: name, organisation: name },
    ...validity(clock, years * DAYS_A_YEAR),
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  };
  return signCertificate(content, await createRsaKeyPair());
}
