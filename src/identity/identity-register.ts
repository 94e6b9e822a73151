import { type Agency, type AgencyCertificate } from './agency.ts';
import { type Authority, type Official } from './official.ts';

/** Who is who at one moment. Immutable: a change makes a new register. */
export interface IdentityRegister {
  agency(id: string): Agency | undefined;
  certificate(fingerprint: string): AgencyCertificate | undefined;
  /** Every certificate that was ever registered. */
  certificates(): readonly AgencyCertificate[];
  official(id: string): Official | undefined;
  officialByClientId(clientId: string): Official | undefined;
  authority(officialId: string, agreementId: string): Authority | undefined;
}

export interface IdentityRows {
  readonly agencies: readonly Agency[];
  readonly certificates: readonly AgencyCertificate[];
  readonly officials: readonly Official[];
  readonly authorities: readonly Authority[];
}

/** Indexes the rows once, for look-ups at the speed of the request path. */
export function createIdentityRegister(rows: IdentityRows): IdentityRegister {
  const agencies = new Map(rows.agencies.map((row) => [row.id, row]));
  const certificates = new Map(rows.certificates.map((row) => [row.fingerprint, row]));
  const officials = new Map(rows.officials.map((row) => [row.id, row]));
  const clients = new Map(rows.officials.map((row) => [row.clientId, row]));
  const authorities = new Map(rows.authorities.map((row) => [`${row.officialId} ${row.agreementId}`, row]));
  return {
    agency: (id) => agencies.get(id),
    certificate: (fingerprint) => certificates.get(fingerprint),
    certificates: () => rows.certificates,
    official: (id) => officials.get(id),
    officialByClientId: (clientId) => clients.get(clientId),
    authority: (officialId, agreementId) => authorities.get(`${officialId} ${agreementId}`),
  };
}
