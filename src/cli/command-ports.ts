import { type EvidenceReader } from '../audit/audit-log.ts';
import { type LogsToSeal } from '../evidence/seal-logs.ts';
import { type DatabaseSource } from '../evidence/verify/verify-sources.ts';
import { type ActStatement, type Administration, type SignedAct } from '../gateway/administration.ts';
import { type Operator } from '../identity/operator.ts';
import { type WitnessDesk } from './witness-desk.ts';
import { type Clock } from '../shared/clock.ts';

/** What commands need to know of the settings. Paths are absolute. */
export interface Place {
  readonly realm: 'demo' | 'test' | 'production';
  readonly timeZone: string;
  readonly folders: {
    readonly data: string;
    readonly certs: string;
    readonly protocols: string;
    readonly logs: string;
  };
  readonly partner: { readonly certificate: string; readonly key: string; readonly clientCa: string };
  /** `sqlite:<file>` */
  readonly databaseUrl: string;
  readonly operatorKey: string;
}

/** The person who initialises a gateway; registered by, and signing, the log's first act. */
export interface FirstOperator {
  readonly operator: Operator;
  sign(statement: ActStatement): SignedAct;
}

export interface RunningGateway {
  readonly partnerUrl: string;
  readonly opsUrl: string;
  /** How long `close` goes on taking requests first, so that balancers stop sending them. */
  readonly drainMilliseconds: number;
  /** Reads certificate, key, client CA and lists of revoked certificates again. Open connections go on. Never throws. */
  reload(): void;
  /** Takes no new requests, finishes those under way, resolves when everything is closed. */
  close(): Promise<void>;
}

/** How one agreed operation stands with the source that answers it. */
export interface SourceCheck {
  readonly agreementId: string;
  readonly operationId: string;
  readonly outcome: 'answers' | 'unavailable';
  /** Why the source could not be asked. */
  readonly cause: string | undefined;
  /** Agreed fields that the source's query does not give, and columns that no field list names. */
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
}

/** What verifying reads. Whoever opens it closes it. */
export interface StoredEvidence {
  readonly database: Omit<DatabaseSource, 'vault'>;
  /** Folder of all sealed logs; null where nothing was ever sealed. */
  readonly folder: string | null;
  /** PEM file of the roots of the time-stamp authority; null where checkpoints are not stamped. */
  readonly roots: string | null;
  close(): void;
}

/** The logs to seal, opened. */
export interface OpenSealing extends LogsToSeal {
  close(): Promise<void>;
}

/** The product as the command line sees it; wiring builds it. */
export interface CommandPorts {
  readonly clock: Clock;
  /** @throws FaultsError when settings are wrong */
  place(): Place;
  openAdministration(): Promise<Administration>;
  /** From now on whoever answers queries on this machine goes first. */
  stepAside(): void;
  /**
   * All logs of the node with their evidence folder, for reading: needs no keys, agreements or operator and changes nothing.
   * @throws FaultsError when there is no database or no log
   */
  openEvidence(): Promise<StoredEvidence>;
  /** Every log of the node for reading in the same way, newest first. */
  openLogs(): Promise<readonly EvidenceReader[]>;
  /**
   * The logs of this node, to be sealed, with the key that signs their checkpoints. Whoever opens them closes them.
   * @throws FaultsError when there is no database, or a key of a log is missing
   */
  openSealing(): Promise<OpenSealing>;
  /** Whether the database holds a log. */
  isInitialised(): Promise<boolean>;
  /** Creates database, log head, keys and, in the demo realm, its people. Never over an existing log. */
  initialise(first: FirstOperator): Promise<{ readonly origin: string }>;
  startGateway(): Promise<RunningGateway>;
  /** Both sides of witnessing; works beside a running server. Whoever opens it closes it. @throws FaultsError */
  openWitnessDesk(): Promise<WitnessDesk>;
  /** Asks every configured operation for nobody. */
  checkSources(): Promise<readonly SourceCheck[]>;
}
