import { z } from 'zod';
import { path } from './placeholders.ts';

const port = z.number().int().min(0).max(65_535);
const host = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/);

/** An address or block of one family; not the deprecated `::10.0.0.1`, which readers take for 10.0.0.1. */
const addressOrBlock = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** Whoever is listed says where clients are, so that a block of everybody would let everybody say so. */
const balancer = z
  .string()
  .refine((entry) => addressOrBlock.safeParse(entry).success && !/^::[0-9]+\./.test(entry), {
    params: {
      message: { tr: 'bir adres veya CIDR bloğu değil', en: 'not an address or CIDR block' },
      remedy: {
        tr: '10.0.0.5 veya 10.0.0.0/28 gibi bir değer yazın.',
        en: 'Give a value such as 10.0.0.5 or 10.0.0.0/28.',
      },
    },
  })
  .refine((entry) => !entry.endsWith('/0'), {
    params: {
      message: { tr: 'bu blok herkesi kapsıyor', en: 'this block holds everybody' },
      remedy: {
        tr: 'Yalnızca yük dengeleyicilerin kendi adreslerini yazın.',
        en: "List the load balancers' own addresses only.",
      },
    },
  });

/** The listener for partner agencies. */
export const partnerSchema = z.strictObject({
  host,
  port,
  certificate: path,
  key: path,
  clientCa: path,
  crl: path.optional(),
  balancers: z.array(balancer).max(64),
  drainSeconds: z.number().min(0).max(300).optional(),
});

/** The operator's own listener. */
export const opsSchema = z.strictObject({ host, port });

/** The listener of the console. */
export const consoleSchema = z.strictObject({ port });
