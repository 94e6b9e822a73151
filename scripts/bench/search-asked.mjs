import {
  AGENCIES, dice, LARGE_CASE, officialAt, OFFICIALS_OF_AN_AGENCY, RARE_CODE, referenceAt, REFERENCES, subjectAt, SUBJECTS,
  ORIGIN,
} from './search-records.mjs'; // prettier-ignore

const DAY = 24 * 60 * 60 * 1000;
const PAGE = 50;

/** What is searched for, by kind: each call of a kind asks for somebody or something else. `one` marks searches for one subject. */
export function kindsOf(vault, records) {
  const roll = dice(7);
  const agency = () => AGENCIES[roll(AGENCIES.length)];
  const subject = () => vault.searchTags('tckn', subjectAt(roll(SUBJECTS)));
  const official = (of = roll(AGENCIES.length)) =>
    vault.searchTags('official', officialAt(of, roll(OFFICIALS_OF_AN_AGENCY)));
  const reference = () => vault.searchTags('case', referenceAt(roll(REFERENCES)));
  const large = () => vault.searchTags('case', LARGE_CASE);
  const day = () => {
    const from = Date.now() - (1 + roll(355)) * DAY;
    return { from, to: from + DAY };
  };
  const deep = () => ({ after: { origin: ORIGIN, index: Math.floor(records / 10) + roll(1000) } });
  const values = (given) => ({ values: given });
  const tagged = (...tags) => ({ tags });
  const outcome = () => ['found', 'not-found'][roll(2)];
  return {
    'one subject': () => tagged(subject()),
    'one subject, with a code': () => ({ ...tagged(subject()), ...values({ code: 'QUOTA_EXCEEDED' }) }),
    official: () => tagged(official()),
    'official, deep page': () => ({ ...tagged(official()), ...deep() }),
    'official and outcome': () => ({ ...tagged(official()), ...values({ outcome: outcome() }) }),
    case: () => tagged(reference()),
    'large case': () => tagged(large()),
    'official and large case': () => tagged(official(), large()),
    'official of an agency, and another agency': () => ({
      ...tagged(official(0)),
      ...values({ agency: AGENCIES[1] }),
    }),
    everything: () => ({}),
    'everything, deep page': () => deep(),
    'one day': () => day(),
    agency: () => values({ agency: agency() }),
    'agency, deep page': () => ({ ...values({ agency: agency() }), ...deep() }),
    'agency, one day': () => ({ ...values({ agency: agency() }), ...day() }),
    agreement: () => values({ agreement: `agreement-${roll(AGENCIES.length)}-${roll(2)}` }),
    purpose: () => values({ purpose: `purpose-${roll(3)}` }),
    outcome: () => values({ outcome: outcome() }),
    type: () => values({ type: ['disclosure', 'refusal', 'failure', 'act'][roll(4)] }),
    code: () => values({ code: 'TRAINING_REQUIRED' }),
    'code, deep page': () => ({ ...values({ code: 'TRAINING_REQUIRED' }), ...deep() }),
    'rare code': () => values({ code: RARE_CODE }),
    'rare code of one agency': () => values({ code: RARE_CODE, agency: agency() }),
    'values that never meet': () => values({ agency: AGENCIES[0], agreement: 'agreement-1-0' }),
    'unknown agency': () => values({ agency: 'nobody' }),
  };
}

/** A search as the command asks it. */
export function asked(given) {
  return { values: {}, tags: [], limit: PAGE, ...given };
}

/** Whether the bound of one subject holds for a kind, or that of filtered lists. */
export function isOfOneSubject(kind) {
  return kind.startsWith('one subject');
}
