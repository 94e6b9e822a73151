import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type WithAgency } from '../exchange-state.ts';
import { type Step } from '../step.ts';

/** Gives out the places of exchanges under way. */
export interface PlaceGiver {
  /** A function that gives the place back, or undefined when all places of the agency or of the gateway are taken. */
  take(agencyId: string): (() => void) | undefined;
}

/** Bounds what is under way: in all, and per agency, so that one partner cannot crowd out another. */
export function limitLoad(places: PlaceGiver): Step<Arrived & WithAgency, object> {
  return {
    name: 'limit-load',
    codes: ['OVERLOADED'],
    run: ({ agency, onExit }) => {
      const leave = places.take(agency.id);
      if (leave === undefined) throw new GatewayError('OVERLOADED', { retryAfterSeconds: 1 });
      onExit(leave);
      return {};
    },
  };
}
