import { z } from 'zod';
import { type Agreement } from './agreement.ts';
import { inputField, outputField } from './field-schema.ts';
import { date, duration, id, section, sentence, text, timeZone } from './value-schemas.ts';

const wholeNumber = z.number().int();

const party = z.strictObject({
  id,
  name: sentence,
  role: z.enum(['controller', 'joint-controller', 'processor']),
  units: z
    .array(z.strictObject({ id, name: sentence }))
    .min(1)
    .max(200),
});

const glossaryEntry = z.strictObject({
  term: text(80),
  means: sentence,
  refersTo: z.array(id).min(1).max(20).optional(),
  section,
});

const legalBasis = z.strictObject({
  id,
  kind: z.enum(['law', 'circular', 'regulation', 'condition']),
  title: sentence,
  number: text(40).optional(),
  date: date.optional(),
  gazette: z.strictObject({ number: text(20), date }).optional(),
  section: section.optional(),
});

const operation = z.strictObject({
  id,
  kind: z.literal('lookup'),
  name: sentence,
  annex: text(10),
  provider: id,
  consumer: id,
  system: id,
  modes: z
    .array(z.enum(['instant', 'periodic', 'annual']))
    .min(1)
    .max(3),
  purposes: z.array(id).min(1).max(50),
  input: z.array(inputField).length(1),
  output: z.array(outputField).min(1).max(100),
});

const dailyLimit = wholeNumber.min(1).max(10_000_000);

const annex = z.discriminatedUnion('id', [
  z.strictObject({ id: z.literal('Ek-1'), content: z.literal('field-list'), title: sentence }),
  z.strictObject({
    id: z.literal('Ek-2'),
    content: z.literal('undertaking'),
    title: sentence,
    version: text(40),
    givenBy: id,
    givenTo: id,
  }),
  z.strictObject({ id: z.literal('Ek-3'), content: z.literal('personnel'), title: sentence }),
]);

const safeguard = z.strictObject({
  id: z.enum([
    'mutual-tls',
    'confidentiality',
    'address-restriction',
    'person-authority',
    'person-level-log',
    'training',
  ]),
  section,
});

const retentionRule = z.strictObject({
  class: z.enum(['access-record', 'consumer-copy', 'destruction-record']),
  period: duration,
  source: sentence,
});

/**
 * What an agreement file must hold, block by block; nothing else is accepted. Rules between blocks stand in
 * `cross-checks.ts`, because zod would keep them silent while any single value is wrong.
 */
export const agreementSchema: z.ZodType<Omit<Agreement, 'hash'>> = z.strictObject({
  id,
  version: wholeNumber.min(1).max(9_999),
  title: sentence,
  scope: sentence,
  year: wholeNumber.min(1990).max(2200),
  language: z.enum(['tr', 'en']),
  profile: z.enum(['tr-kvkk']),
  timeZone,
  parties: z.array(party),
  glossary: z.array(glossaryEntry).max(200),
  legalBasis: z.array(legalBasis).min(1).max(50),
  systems: z
    .array(z.strictObject({ id, owner: id, name: sentence }))
    .min(1)
    .max(100),
  purposes: z
    .array(z.strictObject({ id, name: sentence, section }))
    .min(1)
    .max(100),
  operations: z.array(operation).min(1).max(100),
  quotas: z.strictObject({ agreement: dailyLimit, agency: dailyLimit, official: dailyLimit }),
  addressRule: z.strictObject({
    required: z.literal(true),
    smallestPrefix: z.strictObject({ ipv4: wholeNumber.min(1).max(32), ipv6: wholeNumber.min(1).max(128) }),
  }),
  safeguards: z.array(safeguard).min(1).max(20),
  term: z.strictObject({ length: duration, renewal: z.enum(['tacit', 'none']), notice: duration }),
  statistics: z
    .array(
      z.strictObject({
        publisher: id,
        dataOwner: id,
        systems: z.array(id).min(1).max(100),
        consent: z.literal('required'),
        section,
      }),
    )
    .max(20),
  onwardSharing: z.literal(false),
  annexes: z.array(annex),
  retention: z.array(retentionRule).min(1).max(20),
  document: z.strictObject({
    pages: wholeNumber.min(1).max(10_000),
    articles: wholeNumber.min(1).max(10_000),
    originals: wholeNumber.min(1).max(100),
    section,
  }),
});
