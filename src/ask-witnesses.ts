import { readFileSync } from 'node:fs';
import { type GivenCheckpoint, readGivenCheckpoint } from './audit/verify/given-checkpoint.ts';
import { type PolicyWitness } from './audit/note/witness-policy.ts';
import { causeText } from './backup/backup-error.ts';
import { type WitnessWord } from './cli/backup-desk.ts';
import { type WitnessAccess } from './notary/ask-witness.ts';
import { fetchCosigned } from './notary/fetch-cosigned.ts';
import { WitnessError } from './notary/witness-error.ts';
import { type Settings } from './settings/settings.ts';
import { readPolicyFile } from './store/policy-file.ts';

const ASK_MILLISECONDS = 10_000;

/** What witnesses know of a log: their words, and the checkpoints that they gave. */
export interface WitnessedCheckpoints {
  readonly words: readonly WitnessWord[];
  readonly checkpoints: readonly GivenCheckpoint[];
}

/** Asks every witness of the policy for the newest checkpoint of a log that it cosigned. One that is away is told, not waited for. */
export async function askWitnesses(settings: Settings, origin: string): Promise<WitnessedCheckpoints> {
  const { policy } = settings.witness;
  if (policy === null) return { words: [], checkpoints: [] };
  const { witnesses } = readPolicyFile(policy);
  const answers = await Promise.all(
    witnesses.filter(({ url }) => url !== null).map(async (witness) => ask(settings, witness, origin)),
  );
  return {
    words: answers.map(({ word }) => word),
    checkpoints: answers.flatMap(({ checkpoint }) => (checkpoint === undefined ? [] : [checkpoint])),
  };
}

interface Answer {
  readonly word: WitnessWord;
  readonly checkpoint?: GivenCheckpoint | undefined;
}

async function ask(settings: Settings, witness: PolicyWitness, origin: string): Promise<Answer> {
  const about = { witness: witness.name, origin };
  try {
    const access = accessOf(settings);
    const note = await fetchCosigned(witness, { origin, access, timeoutMilliseconds: ASK_MILLISECONDS });
    if (note === undefined) return { word: { ...about, size: null, fault: null } };
    const checkpoint = readGivenCheckpoint(witness.name, Buffer.from(note, 'utf8'));
    if (checkpoint?.origin !== origin) return { word: { ...about, size: null, fault: 'malformed' } };
    return { word: { ...about, size: checkpoint.tree.size, fault: null }, checkpoint };
  } catch (error) {
    const fault = error instanceof WitnessError ? error.code : causeText(error);
    return { word: { ...about, size: null, fault } };
  }
}

/** Of the machine on which the gateway is restored: what is not there yet is a witness that cannot be asked. */
function accessOf({ witness, partner }: Settings): WitnessAccess {
  return {
    certificate: readFileSync(witness.certificate ?? partner.certificate, 'utf8'),
    key: readFileSync(witness.key ?? partner.key, 'utf8'),
    ca: readFileSync(witness.ca ?? partner.clientCa, 'utf8'),
  };
}
