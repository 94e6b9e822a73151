import { parseWitnessPolicy } from '../../../src/audit/note/parse-witness-policy.ts';
import { HttpsWitnessClient, type WitnessVerdict } from '../../../src/notary/witness-client.ts';
import { keyFolder } from '../../../src/settings/places.ts';
import { readLogKey } from '../../../src/store/log-key.ts';
import { readFileSync } from 'node:fs';
import { forgeLeaf, forgeLog } from '../mutations/forge-log.ts';
import { copyOf, newestNote, numberOf, type PlaceOfCopy, withDatabase } from './year-auditor.ts';
import { type YearNode } from './year-node.ts';

/** Another history of a log, whole in itself and signed with its own key. */
export interface ForgedHistory extends PlaceOfCopy {
  readonly origin: string;
  /** Index of the leaf that says something else. */
  readonly index: number;
  /** The forger's newest checkpoint. */
  readonly size: number;
  readonly note: string;
}

/** What somebody can do who has come by the key of the open log: writes it anew from a leaf on, and signs all of it. */
export function forgeHistory(node: YearNode, index: number): ForgedHistory {
  const origin = node.origins().at(-1) ?? '';
  const copy = copyOf(node, 'forged', false);
  const signer = readLogKey(keyFolder(node.settings), origin);
  withDatabase(copy.database, (database) => {
    const log = numberOf(database, origin);
    const size = database.prepare('SELECT size FROM audit_head WHERE log = ?').pluck().get(log) as number;
    const change = (leaf: Buffer, at: number): Buffer => (at === index ? forgeLeaf(leaf) : leaf);
    forgeLog(database, { log, origin, size, change, signer });
  });
  return { ...copy, origin, index, ...newestNote(copy.settings.databaseUrl, origin) };
}

/** Sends the forger's checkpoint to the witness of the node. */
export async function askWitness(
  node: YearNode,
  policyFile: string,
  { size, note }: ForgedHistory,
): Promise<WitnessVerdict['kind']> {
  const [witness] = parseWitnessPolicy(readFileSync(policyFile, 'utf8'), policyFile).witnesses;
  if (witness === undefined) throw new Error('the policy names no witness');
  const read = (file: string | null): string => readFileSync(file ?? '', 'utf8');
  const { certificate, key } = node.settings.witness;
  const ca = node.settings.partner.clientCa;
  const client = new HttpsWitnessClient({
    access: () => ({ certificate: read(certificate), key: read(key), ca: read(ca) }),
    timeoutMilliseconds: 10_000,
    retryMilliseconds: 1_000,
  });
  return (await client.submit(witness, { old: size, proof: [], note })).kind;
}
