import { leafHash } from '../../src/audit/merkle.ts';
import { decodeLeaf } from '../../src/audit/leaf.ts';
import { type NodeLogs } from './node-logs.ts';
import { type ClientAnswer } from './partner-client.ts';

/** An answer has exactly the leaf of its receipt; a problem has no leaf or one with its code. @throws Error where not */
export function proveRecorded(answer: ClientAnswer, logs: NodeLogs): void {
  // Proofs and checkpoints are text; they are proven by those who ask for them.
  if (answer.headers['content-type']?.startsWith('text/') === true) return;
  if (answer.status === 200) proveAnswer(answer, logs);
  else proveProblem(answer, logs);
}

/** Id of the record that an answer or a problem names. */
export function queryIdOf(answer: ClientAnswer): string {
  const body = answer.json();
  return String(body['queryId'] ?? body['instance']).replace('urn:uuid:', '');
}

function proveProblem(answer: ClientAnswer, logs: NodeLogs): void {
  const { code, instance } = answer.json();
  const stored = typeof instance === 'string' ? logs.leafOf(queryIdOf(answer)) : undefined;
  if (stored === undefined || code === 'AUDIT_NOT_DURABLE') return;
  const recorded = decodeLeaf(stored.bytes).code;
  if (recorded !== code) throw new Error(`${String(code)} was answered and ${String(recorded)} recorded`);
}

function proveAnswer(answer: ClientAnswer, logs: NodeLogs): void {
  const receipt = answer.json()['receipt'] as { index: number; leaf: string } | undefined;
  if (receipt === undefined) return;
  const stored = logs.leafOf(queryIdOf(answer));
  const leaf = Buffer.from(receipt.leaf, 'base64');
  const holds = stored?.index === receipt.index && leafHash(leaf).equals(stored.hash);
  if (!holds) throw new Error(`receipt ${String(receipt.index)} is not what is recorded`);
}
