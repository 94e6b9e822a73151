import { type IdentityRows } from '../identity/identity-register.ts';

/** The id of the official whom a person named by id or by client id; what nobody bears is given back as it is. */
export function findOfficialId({ officials }: IdentityRows, given: string): string {
  return officials.find(({ id, clientId }) => id === given || clientId === given)?.id ?? given;
}
