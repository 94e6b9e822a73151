import { type PushState } from '../../jobs/push-checkpoints.ts';
import { type Check, type Finding, warn } from './check.ts';

/** The witnesses cosign the log. They end no readiness: answers go on without them. */
export function checkWitnesses(state: () => PushState): Check {
  return { name: 'witnesses', look: () => findingsOf(state()) };
}

function findingsOf({ configured, witnesses, quorum }: PushState): Finding[] {
  if (!configured) return [];
  return [
    ...(quorum.alarmed ? [warn('WITNESS_QUORUM_LOST', LOST)] : []),
    ...witnesses
      .filter(({ lastError }) => lastError !== null)
      .map(({ name, lastError }) =>
        lastError === 'disputed'
          ? warn('OWN_LOG_DISPUTED', DISPUTED, name)
          : warn('WITNESS_NOT_COSIGNING', SILENT, name),
      ),
  ];
}

const LOST = {
  tr: 'Günlüğü bir saatten uzun süredir yeterli sayıda tanık imzalamadı.',
  en: 'Too few witnesses have cosigned the log for over an hour.',
};
const DISPUTED = {
  tr: 'Bir tanık, günlüğün başka bir geçmişini biliyor.',
  en: 'A witness knows another history of the log.',
};
const SILENT = { tr: 'Tanık son denemede imza vermedi.', en: 'The witness did not cosign at the last try.' };
