import { z } from 'zod';
import { isTimeZone } from '../shared/time-zone.ts';
import { databaseUrl } from './database-url.ts';
import { sourcesAgree, sourceSchema } from './source-schema.ts';
import { evidenceSchema, masterKeySchema, timeStampSchema, witnessSchema } from './evidence-schema.ts';
import { path } from './placeholders.ts';
import { clockSchema, logSchema, monitoringSchema, telemetrySchema } from './running-schema.ts';

const port = z.number().int().min(0).max(65_535);
const host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/);
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

const ageRecipient = z.string().regex(/^age1[a-z0-9]{10,4000}$/);

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
    keys: path,
    certs: z.string().min(1),
    protocols: z.string().min(1),
    logs: z.string().min(1),
  }),
  partner: z.strictObject({ host, port, certificate: path, key: path, clientCa: path }),
  console: z.strictObject({ port }),
  ops: z.strictObject({ host, port }),
  database: z.strictObject({ url: databaseUrl, passwordFile: path.optional() }),
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
  log: logSchema,
  monitoring: monitoringSchema,
  clock: clockSchema,
  telemetry: telemetrySchema,
  evidence: evidenceSchema,
  timeStamps: timeStampSchema,
  witness: witnessSchema,
  masterKey: masterKeySchema,
  backup: z.strictObject({ recipients: z.array(ageRecipient), keysRecipients: z.array(ageRecipient) }),
  sources: z.array(sourceSchema).superRefine(sourcesAgree),
});

export type SettingsFile = z.infer<typeof settingsSchema>;
