import { type Clock } from '../../shared/clock.ts';
import { createRsaKeyPair } from './rsa-key-pair.ts';
import { type IssuedCertificate, type Issuer, signCertificate } from './sign-certificate.ts';
import { validity } from './validity.ts';

/**
 * A client certificate for an agency, with a new key: the common name is the agency's id, the organisation its name.
 * Issuing alone lets nobody in; the gateway knows an agency by the fingerprint in its register.
 */
export async function issueAgencyCertificate(
  authority: Issuer,
  agency: { readonly agencyId: string; readonly name: string },
  days: number,
  clock: Clock,
): Promise<IssuedCertificate> {
  const content = {
    subject: { commonName: agency.agencyId, organisation: agency.name },
    ...validity(clock, days),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', clientAuth: true },
    ],
  };
  return signCertificate(content, await createRsaKeyPair(), authority);
}
