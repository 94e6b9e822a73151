import { isIP } from 'node:net';
import { type Clock } from '../../shared/clock.ts';
import { createRsaKeyPair } from './rsa-key-pair.ts';
import { type IssuedCertificate, type Issuer, signCertificate } from './sign-certificate.ts';
import { validity } from './validity.ts';

export interface ServerNames {
  /** Organisation that runs the server. */
  readonly organisation: string;
  /** Host names and IP addresses, the first of which is also the common name. */
  readonly hosts: readonly [string, ...string[]];
}

const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** A certificate for a TLS server that answers under every one of the hosts (RFC 9525: subjectAltName decides). */
export async function issueServerCertificate(
  authority: Issuer,
  names: ServerNames,
  days: number,
  clock: Clock,
): Promise<IssuedCertificate> {
  const content = {
    subject: { commonName: names.hosts[0], organisation: names.organisation },
    ...validity(clock, days),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names.hosts.map(alternativeName) },
    ],
  };
  return signCertificate(content, await createRsaKeyPair(), authority);
}

function alternativeName(host: string): object {
  return isIP(host) === 0 ? { type: DNS_NAME, value: host } : { type: IP_ADDRESS, ip: host };
}
