import { type PlaceGiver } from '../steps/limit-load.ts';

/**
 * Counts exchanges under way. Every waiting audit record belongs to one of them,
 * so this is also the bound of the evidence queue and each agency's share of it.
 */
export class ExchangePlaces implements PlaceGiver {
  #taken = 0;
  readonly #byAgency = new Map<string, number>();
  readonly #most: number;
  readonly #mostPerAgency: number;

  constructor(most: number, mostPerAgency: number) {
    this.#most = most;
    this.#mostPerAgency = mostPerAgency;
  }

  get taken(): number {
    return this.#taken;
  }

  take(agencyId: string): (() => void) | undefined {
    const ofAgency = this.#byAgency.get(agencyId) ?? 0;
    if (this.#taken >= this.#most || ofAgency >= this.#mostPerAgency) return undefined;
    this.#taken += 1;
    this.#byAgency.set(agencyId, ofAgency + 1);
    return () => {
      this.#taken -= 1;
      this.#byAgency.set(agencyId, (this.#byAgency.get(agencyId) ?? 1) - 1);
    };
  }
}
