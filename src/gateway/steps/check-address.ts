import { type AddressRule, compileAddressRule } from '../../identity/address-rule.ts';
import { type Official } from '../../identity/official.ts';
import { GatewayError } from '../../shared/problem.ts';
import { type Arrived, type WithOfficial } from '../exchange-state.ts';
import { type Check } from '../step.ts';

/** Officials are immutable, so a rule is compiled once for each and forgotten with it. */
const rules = new WeakMap<Official, AddressRule>();

function ruleOf(official: Official): AddressRule {
  const known = rules.get(official);
  if (known !== undefined) return known;
  const rule = compileAddressRule(official.allowedAddresses);
  rules.set(official, rule);
  return rule;
}

/** Sub-users are bound to addresses (Protokol V.Ç.6). The address is the connection's, never a header's. */
export const checkAddress: Check<Arrived & WithOfficial, object> = {
  name: 'check-address',
  codes: ['ADDRESS_NOT_ALLOWED'],
  holdsAtCommit: true,
  run: ({ caller, official }) => {
    if (!ruleOf(official).allows(caller.address)) throw new GatewayError('ADDRESS_NOT_ALLOWED');
    return {};
  },
};
