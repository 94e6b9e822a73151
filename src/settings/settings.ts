import { type SourceSettings } from './source-schema.ts';

export type Realm = 'demo' | 'test' | 'production';

/** Everything the process is told from outside, read once and frozen. Paths are absolute. */
export interface Settings {
  readonly realm: Realm;
  /** First part of the log's origin, e.g. `gecit.demo`. */
  readonly gatewayName: string;
  readonly node: string;
  /** IANA zone of the log's day and year. */
  readonly timeZone: string;
  readonly folders: {
    readonly data: string;
    /** Shared by all nodes of one database. */
    readonly keys: string;
    readonly certs: string;
    readonly protocols: string;
    readonly logs: string;
  };
  readonly partner: {
    readonly host: string;
    readonly port: number;
    /** PEM files; the demo realm makes its own. */
    readonly certificate: string;
    readonly key: string;
    readonly clientCa: string;
  };
  readonly ops: { readonly host: string; readonly port: number };
  /** Port kept for the console. */
  readonly console: { readonly port: number };
  /** Private key file of the person at this command line. */
  readonly operatorKey: string;
  /** `sqlite:<file>`, `postgres://…` or `mssql://…`, with the password in it. */
  readonly databaseUrl: string;
  readonly tokenSeconds: number;
  readonly burst: {
    /** Requests a certificate may send at once. */
    readonly size: number;
    /** Requests a second a certificate may send for long. */
    readonly perSecond: number;
  };
  readonly limits: {
    readonly bodyBytes: number;
    /** Exchanges under way at once, in all and per agency. */
    readonly exchanges: number;
    readonly exchangesPerAgency: number;
    /** How long an answer may wait for its durable record. */
    readonly recordMilliseconds: number;
  };
  readonly log: {
    readonly level: 'error' | 'warn' | 'info' | 'debug';
    readonly format: 'json' | 'pretty';
    /** Size at which a new file begins, and how many are kept. */
    readonly fileBytes: number;
    readonly files: number;
    /** Null: no lines are sent to another machine. */
    readonly syslog: SyslogSettings | null;
  };
  readonly monitoring: {
    /** Free room of each folder below which the node is not ready, and below which it warns. */
    readonly leastBytes: number;
    readonly warnBytes: number;
    readonly leastInodes: number;
    readonly warnInodes: number;
    readonly certificateWarnMilliseconds: number;
    /** Whether the cost of each step of the pipeline is measured. */
    readonly stepCosts: boolean;
  };
  readonly clock: {
    /** How far this node's clock may stand from those it is compared with. */
    readonly driftMilliseconds: number;
    readonly askMilliseconds: number;
  };
  /** Null: no traces are made. */
  readonly traces: TraceSettings | null;
  readonly evidence: {
    /** Shortest time between two checkpoints that are given out. */
    readonly checkpointSeconds: number;
    /** Longest time that a record stays unsigned while the gateway runs. */
    readonly signSeconds: number;
    /** `HH:MM` in the log's zone: when yesterday is sealed. */
    readonly sealAt: string;
  };
  /** Null: checkpoints are not time-stamped. */
  readonly timeStamps: TimeStampSettings | null;
  readonly witness: WitnessSettings;
  readonly masterKey: MasterKeySettings;
  readonly backup: BackupSettings;
  readonly sources: readonly SourceSettings[];
}

/** The syslog server that gets every line as well (RFC 5424). */
export interface SyslogSettings {
  readonly protocol: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
  /** Name of the facility, e.g. `local0`. */
  readonly facility: string;
}

/** Where traces go (OTLP over HTTP), and which part of them. */
export interface TraceSettings {
  /** http or https URL. */
  readonly endpoint: string;
  /** 0 to 1. */
  readonly sampleRatio: number;
}

/** The authority that stamps checkpoints (RFC 3161). */
export interface TimeStampSettings {
  readonly authority: string;
  /** Object identifier that tokens must name; null takes any. */
  readonly policy: string | null;
  /** PEM file of trusted roots and, where tokens lack them, intermediates. */
  readonly roots: string;
  readonly authentication:
    | { readonly kind: 'none' }
    | { readonly kind: 'basic' | 'kamusm'; readonly user: string; readonly passwordFile: string };
  /** `HH:MM` in the log's zone. */
  readonly at: string;
  /** How long after the first failed attempt queries are refused. */
  readonly staleMilliseconds: number;
}

/** Files are C2SP tlog-policy; null where there is none. */
export interface WitnessSettings {
  /** Who must cosign this gateway's checkpoints. */
  readonly policy: string | null;
  /** Whose checkpoints this gateway cosigns. */
  readonly logs: string | null;
  /** Client certificate, its key and the authority of the witnesses' servers; null: those of the partner listener. */
  readonly certificate: string | null;
  readonly key: string | null;
  readonly ca: string | null;
  readonly pushSeconds: number;
}

/** For whom `gecit backup` encrypts unless it is told: age recipients. Whoever reads data never reads keys. */
export interface BackupSettings {
  readonly recipients: readonly string[];
  readonly keysRecipients: readonly string[];
}

/** Where the key lies that wraps the keys of the records. */
export type MasterKeySettings =
  | { readonly kind: 'file' }
  | {
      readonly kind: 'pkcs11';
      readonly library: string;
      readonly tokenLabel: string;
      readonly keyLabel: string;
      /** Readable by the gateway's user only. */
      readonly pinFile: string;
    };
