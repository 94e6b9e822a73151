import { type Agreement } from '../agreement/agreement.ts';
import { type Agency } from '../identity/agency.ts';
import { DEMO_AGENCIES, type DemoAgencyId } from './realm-paths.ts';

/** The agencies with the names that the agreement gives its parties. */
export function demoAgencies(agreement: Agreement): (Agency & { readonly id: DemoAgencyId })[] {
  return DEMO_AGENCIES.map((id) => ({
    id,
    name:
      agreement.parties.find((party) => party.id === id)?.name.tr ?? 'Protokole Taraf Olmayan Örnek Kurum',
  }));
}
