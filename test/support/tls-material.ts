import { X509Certificate } from 'node:crypto';
import { type TlsFiles, type TlsMaterial } from '../../src/http/tls-files.ts';
import { ClientTrust } from '../../src/http/trust/client-trust.ts';

/** Files of a listener that keeps no lists of revoked certificates; `clientCa` holds one certificate. */
export function tlsMaterial(files: TlsFiles): TlsMaterial {
  const certificate = new X509Certificate(files.clientCa);
  return { files, trust: new ClientTrust([{ certificate, list: undefined }]), validUntil: Infinity };
}
