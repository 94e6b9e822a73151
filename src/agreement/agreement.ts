import { type Sentence } from '../shared/problem.ts';

/** A signed data-sharing agreement (protokol), as its file states it. Immutable once loaded. */
export interface Agreement {
  readonly id: string;
  readonly version: number;
  /** `sha256:<hex>` over the canonical JSON (RFC 8785) of the file's content. */
  readonly hash: string;
  readonly title: Sentence;
  /** What the agreement is about (Protokol II). */
  readonly scope: Sentence;
  readonly year: number;
  readonly language: string;
  readonly profile: string;
  /** IANA zone of the quota day and of every date in the agreement. */
  readonly timeZone: string;
  readonly parties: readonly Party[];
  readonly glossary: readonly GlossaryEntry[];
  readonly legalBasis: readonly LegalBasis[];
  readonly systems: readonly System[];
  readonly purposes: readonly Purpose[];
  readonly operations: readonly Operation[];
  readonly quotas: Quotas;
  readonly addressRule: AddressRule;
  /** Measures that the text asks for; the gateway applies every one to every agreement. */
  readonly safeguards: readonly Safeguard[];
  readonly term: Term;
  readonly statistics: readonly StatisticsRule[];
  readonly onwardSharing: false;
  readonly annexes: readonly Annex[];
  readonly retention: readonly RetentionRule[];
  readonly document: PaperDocument;
}

/** A public body that signed the agreement, with the units that carry it out. */
export interface Party {
  readonly id: string;
  readonly name: Sentence;
  readonly role: 'controller' | 'joint-controller' | 'processor';
  readonly units: readonly { readonly id: string; readonly name: Sentence }[];
}

/** A term as the agreement defines it, with the section that does. */
export interface GlossaryEntry {
  readonly term: string;
  readonly means: Sentence;
  /** Ids of the parties, systems or legal bases that the abbreviation stands for. */
  readonly refersTo?: readonly string[] | undefined;
  readonly section: string;
}

/** A rule that the sharing rests on. */
export interface LegalBasis {
  /** Code used in records, e.g. `genelge-2017-6`. */
  readonly id: string;
  readonly kind: 'law' | 'circular' | 'regulation' | 'condition';
  readonly title: Sentence;
  readonly number?: string | undefined;
  readonly date?: string | undefined;
  readonly gazette?: { readonly number: string; readonly date: string } | undefined;
  readonly section?: string | undefined;
}

/** A party's information system that data comes from. */
export interface System {
  readonly id: string;
  readonly owner: string;
  readonly name: Sentence;
}

/** What data may be asked for; the code stands in every query. */
export interface Purpose {
  readonly id: string;
  readonly name: Sentence;
  readonly section: string;
}

/** How often data may flow: one person at a time, in periods, or once a year. */
export type Mode = 'instant' | 'periodic' | 'annual';

/** One thing that may be asked, in one direction. What is not listed cannot be asked. */
export interface Operation {
  readonly id: string;
  readonly kind: 'lookup';
  readonly name: Sentence;
  readonly annex: string;
  readonly provider: string;
  readonly consumer: string;
  readonly system: string;
  readonly modes: readonly Mode[];
  readonly purposes: readonly string[];
  readonly input: readonly InputField[];
  readonly output: readonly OutputField[];
}

/** What a query must say, and why that is needed. */
export interface InputField {
  readonly id: string;
  readonly type: 'tckn';
  readonly label: Sentence;
  readonly necessity: Sentence;
}

interface OutputFieldBase {
  readonly id: string;
  readonly label: Sentence;
  /** Null is an answer ("not reported"); it is never replaced by a default. */
  readonly nullable: boolean;
  readonly category: string;
  /** Why this field serves the purposes. */
  readonly necessity: Sentence;
}

/** One agreed field of an answer, with the limits of its type. */
export type OutputField = OutputFieldBase &
  (
    | { readonly type: 'text'; readonly maxLength: number }
    | { readonly type: 'date' }
    | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
    | {
        readonly type: 'code';
        readonly values: readonly { readonly code: string; readonly label: Sentence }[];
      }
  );

/** Ceilings of answered queries per calendar day of `timeZone`. Operation may lower them, never raise them. */
export interface Quotas {
  readonly agreement: number;
  readonly agency: number;
  readonly official: number;
}

/** Every official is bound to network addresses; how wide their blocks may be. */
export interface AddressRule {
  readonly required: true;
  /** Widest allowed block: smallest prefix lengths an Ek-3 entry may name. */
  readonly smallestPrefix: { readonly ipv4: number; readonly ipv6: number };
}

/** A protection that the agreement demands, by its code and section. */
export interface Safeguard {
  readonly id:
    | 'mutual-tls'
    | 'confidentiality'
    | 'address-restriction'
    | 'person-authority'
    | 'person-level-log'
    | 'training';
  readonly section: string;
}

/** Periods are ISO 8601 durations in calendar units. */
export interface Term {
  readonly length: string;
  readonly renewal: 'tacit' | 'none';
  readonly notice: string;
}

/** Who may publish figures out of whose systems, and what that needs. */
export interface StatisticsRule {
  readonly publisher: string;
  readonly dataOwner: string;
  readonly systems: readonly string[];
  readonly consent: 'required';
  readonly section: string;
}

/** An annex by its legal label and by what it holds. */
export interface Annex {
  readonly id: 'Ek-1' | 'Ek-2' | 'Ek-3';
  readonly content: 'field-list' | 'undertaking' | 'personnel';
  readonly title: Sentence;
  /** Version of the text that people sign (undertaking only). */
  readonly version?: string | undefined;
  /** Party that undertakes, and party whose information it protects (undertaking only). */
  readonly givenBy?: string | undefined;
  readonly givenTo?: string | undefined;
}

/** How long a class of records is kept (ISO 8601 period) and which rule says so. */
export interface RetentionRule {
  readonly class: 'access-record' | 'consumer-copy' | 'destruction-record';
  readonly period: string;
  readonly source: Sentence;
}

/** How the signed original looks, so that a copy can be compared with it. */
export interface PaperDocument {
  readonly pages: number;
  readonly articles: number;
  readonly originals: number;
  readonly section: string;
}
