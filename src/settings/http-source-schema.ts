import { z } from 'zod';
import { type Surroundings } from './expand-source.ts';
import { timeZone } from './mapping-schema.ts';
import { expandPath, path } from './placeholders.ts';
import { sourceBase } from './source-base-schema.ts';

/** `https://` without user, password, query and fragment. */
export const httpsUrl = z
  .url({ protocol: /^https$/ })
  .max(2_048)
  .refine((text) => !URL.canParse(text) || isBare(new URL(text)), {
    params: {
      message: {
        tr: 'adreste kullanıcı adı, parola, sorgu ya da # bölümü olamaz',
        en: 'the address must not hold a user, a password, a query or a # part',
      },
      remedy: {
        tr: 'Adresi https://sunucu/yol biçiminde yazın; parolalar kendi dosyalarında durur.',
        en: 'Write https://server/path; passwords have files of their own.',
      },
    },
  });

const tls = z
  .strictObject({ ca: path.optional(), certificate: path.optional(), key: path.optional() })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    params: {
      message: { tr: 'sertifika ile anahtarı birlikte verilir', en: 'a certificate and its key go together' },
      remedy: { tr: 'Eksik olanı ekleyin.', en: 'Add the missing one.' },
    },
  })
  .prefault({});

/** The keys that sources have which are called over HTTPS. */
export const httpSourceBase = {
  ...sourceBase,
  url: httpsUrl,
  tls,
  timeZone,
  answerBytes: z
    .number()
    .int()
    .min(256)
    .max(4 * 1024 * 1024)
    .default(64 * 1024),
  answerDepth: z.number().int().min(1).max(100).default(20),
};

type Tls = z.infer<typeof tls>;

/** The same with absolute paths. */
export function expandTls({ ca, certificate, key }: Tls, surroundings: Surroundings): Tls {
  return {
    ca: expanded(ca, surroundings),
    certificate: expanded(certificate, surroundings),
    key: expanded(key, surroundings),
  };
}

/** The absolute path of a file that may be absent. */
export function expanded(file: string | undefined, { folders, root }: Surroundings): string | undefined {
  return file === undefined ? undefined : expandPath(file, folders, root);
}

function isBare({ username, password, search, hash }: URL): boolean {
  return username === '' && password === '' && search === '' && hash === '';
}
