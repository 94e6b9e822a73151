import { type EvidenceReader } from '../audit/audit-log.ts';
import { type CheckpointBook } from '../audit/checkpoint-book.ts';
import { type LeafFacts } from '../audit/leaf.ts';
import { type WitnessPolicy } from '../audit/note/witness-policy.ts';
import { type WitnessClient } from '../notary/witness-client.ts';
import { type Clock } from '../shared/clock.ts';
import { type Logger } from '../shared/logger.ts';

/** A log whose checkpoints are sent to witnesses. */
export interface PushedLog extends Pick<CheckpointBook, 'origin' | 'publish' | 'cosigned'> {
  readonly reader: EvidenceReader;
}

/** What the job asks of logs, settings and network. */
export interface PushPorts {
  /** The policy in force; without witnesses nobody is asked. */
  policy(): WitnessPolicy;
  /** The log that takes records, then the one that ended before it, whose end must be cosigned too. */
  logs(): Promise<readonly PushedLog[]>;
  readonly client: WitnessClient;
  /** Appends a `witness` leaf. Durable when it resolves. */
  record(facts: LeafFacts): Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}
