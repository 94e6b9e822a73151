import { z } from 'zod';
import { path } from './placeholders.ts';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const objectIdentifier = z.string().regex(/^[0-2](\.\d{1,9}){1,20}$/);
const authorityUrl = z.union([z.literal('none'), z.url({ protocol: /^https?$/ }).max(2_048)]);
const user = z.string().min(1).max(128);

/** How the gateway proves to the authority who asks. */
const authentication = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('basic'), user, passwordFile: path }),
  z.strictObject({ kind: z.literal('kamusm'), user: z.string().regex(/^\d{1,15}$/), passwordFile: path }),
]);

/** When checkpoints are made and days are sealed. */
export const evidenceSchema = z.strictObject({
  checkpointSeconds: z.number().int().min(1).max(3_600),
  signSeconds: z.number().int().min(1).max(86_400),
  sealAt: timeOfDay,
});

/** The time-stamp authority (RFC 3161), or none. */
export const timeStampSchema = z
  .strictObject({
    authority: authorityUrl,
    policy: objectIdentifier.optional(),
    roots: path.optional(),
    authentication: authentication.optional(),
    at: timeOfDay,
    staleHours: z.number().min(0.01).max(168),
  })
  .refine((stamps) => stamps.authority === 'none' || stamps.roots !== undefined, {
    path: ['roots'],
    params: {
      message: {
        tr: 'zaman damgası makamının kök sertifikaları belirtilmemiş',
        en: 'the root certificates of the time-stamp authority are not named',
      },
      remedy: {
        tr: 'timeStamps.roots ile PEM dosyasını gösterin.',
        en: 'Name their PEM file with timeStamps.roots.',
      },
    },
  });

/** Who cosigns this gateway's checkpoints, whose checkpoints it cosigns, and with which certificate it calls them. */
export const witnessSchema = z.strictObject({
  policy: path.optional(),
  logs: path.optional(),
  certificate: path.optional(),
  key: path.optional(),
  ca: path.optional(),
  pushSeconds: z.number().int().min(1).max(86_400),
});

/** Where the key lies that wraps the keys of the records. */
export const masterKeySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file') }),
  z.strictObject({
    kind: z.literal('pkcs11'),
    library: path,
    tokenLabel: z.string().min(1).max(32),
    keyLabel: z.string().min(1).max(64),
    pinFile: path,
  }),
]);
