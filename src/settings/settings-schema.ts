import { z } from 'zod';
import { isTimeZone } from '../shared/time-zone.ts';
import { databaseUrl } from './database-url.ts';
import { sourcesAgree, sourceSchema } from './source-schema.ts';
import { evidenceSchema, masterKeySchema, timeStampSchema, witnessSchema } from './evidence-schema.ts';
import { consoleSchema, opsSchema, partnerSchema } from './partner-schema.ts';

const count = (minimum: number, maximum: number): z.ZodNumber => z.number().int().min(minimum).max(maximum);

const timeZone = z.string().refine(isTimeZone, {
  params: {
    message: { tr: 'bilinmeyen bir saat dilimi', en: 'not a known time zone' },
    remedy: {
      tr: 'Europe/Istanbul gibi bir IANA adı yazın.',
      en: 'Give an IANA name such as Europe/Istanbul.',
    },
  },
});

/** The settings file with defaults and environment merged in. Unknown keys are faults. */
export const settingsSchema = z.strictObject({
  realm: z.enum(['demo', 'test', 'production']),
  gateway: z.strictObject({
    name: z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/),
    node: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/),
    timeZone,
  }),
  folders: z.strictObject({
    data: z.string().min(1),
    certs: z.string().min(1),
    protocols: z.string().min(1),
    logs: z.string().min(1),
  }),
  partner: partnerSchema,
  console: consoleSchema,
  ops: opsSchema,
  database: z.strictObject({ url: databaseUrl }),
  token: z.strictObject({ seconds: count(30, 3_600) }),
  burst: z.strictObject({ size: count(1, 1_000_000), perSecond: count(1, 1_000_000) }),
  limits: z
    .strictObject({
      bodyBytes: count(1_024, 1_048_576),
      exchanges: count(1, 100_000),
      exchangesPerAgency: count(1, 100_000),
      recordMilliseconds: count(100, 60_000),
    })
    .refine((limits) => limits.exchangesPerAgency <= limits.exchanges, {
      path: ['exchangesPerAgency'],
      params: {
        message: { tr: 'bir kurumun payı toplamı aşıyor', en: "one agency's share is larger than the whole" },
        remedy: { tr: 'limits.exchanges değerini aşmayın.', en: 'Do not go above limits.exchanges.' },
      },
    }),
  log: z.strictObject({
    level: z.enum(['error', 'warn', 'info', 'debug']),
    format: z.enum(['auto', 'json', 'pretty']),
  }),
  evidence: evidenceSchema,
  timeStamps: timeStampSchema,
  witness: witnessSchema,
  masterKey: masterKeySchema,
  sources: z.array(sourceSchema).superRefine(sourcesAgree),
});

export type SettingsFile = z.infer<typeof settingsSchema>;
