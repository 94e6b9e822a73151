import { z } from 'zod';

const count = (minimum: number, maximum: number): z.ZodNumber => z.number().int().min(minimum).max(maximum);
const host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/);
const FACILITIES = [
  'user', 'daemon', 'auth', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7',
] as const; // prettier-ignore

const syslog = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({
    kind: z.enum(['udp', 'tcp']),
    host,
    port: count(1, 65_535),
    facility: z.enum(FACILITIES).default('local0'),
  }),
]);

/** Where lines about the gateway's own running go. */
export const logSchema = z.strictObject({
  level: z.enum(['error', 'warn', 'info', 'debug']),
  format: z.enum(['auto', 'json', 'pretty']),
  fileMegabytes: count(1, 10_000),
  files: count(2, 1_000),
  syslog,
});

/** From when on monitoring hears of room and certificates that run out. */
export const monitoringSchema = z
  .strictObject({
    leastMegabytes: count(0, 1_000_000_000),
    warnMegabytes: count(0, 1_000_000_000),
    leastInodes: count(0, 1_000_000_000),
    warnInodes: count(0, 1_000_000_000),
    certificateWarnDays: count(1, 365),
    stepCosts: z.enum(['none', 'histogram']),
  })
  .refine((limits) => limits.warnMegabytes >= limits.leastMegabytes, warnsTooLate('warnMegabytes'))
  .refine((limits) => limits.warnInodes >= limits.leastInodes, warnsTooLate('warnInodes'));

/** How far this node's clock may stand from others, and how often it is compared. */
export const clockSchema = z.strictObject({
  driftMilliseconds: count(100, 3_600_000),
  askSeconds: count(1, 3_600),
});

/** Traces leave the machine, so that nothing is sent but to the address that is given here. */
export const telemetrySchema = z
  .strictObject({
    traces: z.enum(['none', 'otlp']),
    endpoint: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .optional(),
    sampleRatio: z.number().min(0).max(1),
  })
  .refine((telemetry) => telemetry.traces === 'none' || telemetry.endpoint !== undefined, {
    path: ['endpoint'],
    params: {
      message: { tr: 'izlerin gönderileceği adres belirtilmemiş', en: 'the address that takes traces is not named' },
      remedy: {
        tr: 'telemetry.endpoint ile toplayıcının adresini verin, örneğin http://127.0.0.1:4318/v1/traces.',
        en: 'Give the collector’s address with telemetry.endpoint, such as http://127.0.0.1:4318/v1/traces.',
      },
    },
  }); // prettier-ignore

function warnsTooLate(key: string): { path: string[]; params: object } {
  return {
    path: [key],
    params: {
      message: { tr: 'uyarı sınırı alt sınırdan küçük', en: 'the warning would come after the limit' },
      remedy: {
        tr: 'Uyarı sınırını alt sınırdan küçük yapmayın.',
        en: 'Do not go below the limit that ends readiness.',
      },
    },
  };
}
