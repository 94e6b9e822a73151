import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { type ValueRule } from '../shared/issue-sentences.ts';
import { isTimeZone } from '../shared/time-zone.ts';

/** An id in kebab-case: it stands in addresses, records and file names. */
export const id = z
  .string()
  .max(60)
  .refine((text) => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(text), {
    params: {
      code: 'ID_INVALID',
      message: {
        tr: 'kimlik küçük ASCII harf, rakam ve tireden oluşmalı',
        en: 'an id must consist of lower-case ASCII letters, digits and hyphens',
      },
      remedy: { tr: 'Örneğin "araci-sorgu" gibi yazın.', en: 'Write it like "araci-sorgu".' },
    } satisfies ValueRule,
  });

/** An id of a field in camelCase: a member of the answer, so it is never a number nor `__proto__`. */
export const fieldId = z
  .string()
  .max(60)
  .refine((text) => /^[a-z][A-Za-z0-9]*$/.test(text) && !(text in Object.prototype), {
    params: {
      code: 'ID_INVALID',
      message: {
        tr: 'alan kimliği küçük harfle başlayan ASCII harf ve rakamlardan oluşmalı',
        en: 'a field id must consist of ASCII letters and digits and begin with a lower-case letter',
      },
      remedy: { tr: 'Örneğin "adSoyad" gibi yazın.', en: 'Write it like "adSoyad".' },
    } satisfies ValueRule,
  });

/** Text for people: bounded, one line, composed (NFC), so that equal texts are equal bytes. */
export function text(maxLength: number): z.ZodString {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .refine((value) => value === value.trim() && value === value.normalize('NFC') && !UNFIT.test(value), {
      params: {
        code: 'TEXT_INVALID',
        message: {
          tr: 'metin boşlukla başlıyor veya bitiyor ya da denetim karakteri içeriyor',
          en: 'the text begins or ends with a space, or holds a control character',
        },
        remedy: {
          tr: 'Metni tek satırda, düz olarak yeniden yazın.',
          en: 'Write the text again, plain and on one line.',
        },
      } satisfies ValueRule,
    });
}

/** Control characters, bidirectional overrides and halves of surrogate pairs. */
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** A sentence in both languages of the product. */
export const sentence = z.strictObject({ tr: text(600), en: text(600) });

/** The number of a clause, e.g. `V.Ç.6`. */
export const section = text(40);

/** `YYYY-MM-DD`, a day that exists. */
export const date = z.string().refine(isDate, {
  params: {
    code: 'DATE_INVALID',
    message: { tr: 'böyle bir tarih yok', en: 'there is no such date' },
    remedy: { tr: 'Tarihi YYYY-AA-GG biçiminde yazın.', en: 'Write the date as YYYY-MM-DD.' },
  } satisfies ValueRule,
});

function isDate(value: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return false;
  try {
    return Temporal.PlainDate.from(value, { overflow: 'reject' }).toString() === value;
  } catch {
    return false;
  }
}

/** An ISO 8601 duration of years, months and days, never empty, at most 99 of each. */
export const duration = z
  .string()
  .refine((value) => /^P(?=[1-9])([1-9][0-9]?Y)?([1-9][0-9]?M)?([1-9][0-9]?D)?$/.test(value), {
    params: {
      code: 'DURATION_INVALID',
      message: { tr: 'süre ISO 8601 biçiminde değil', en: 'the period is not an ISO 8601 duration' },
      remedy: {
        tr: 'Örneğin bir yıl için P1Y, bir ay için P1M yazın.',
        en: 'Write P1Y for a year, P1M for a month.',
      },
    } satisfies ValueRule,
  });

/** An IANA time zone by its name, never an offset. */
export const timeZone = z.string().refine(isTimeZone, {
  params: {
    code: 'TIME_ZONE_INVALID',
    message: { tr: 'bilinmeyen bir saat dilimi', en: 'not a known time zone' },
    remedy: {
      tr: 'Europe/Istanbul gibi bir IANA adı yazın.',
      en: 'Give an IANA name such as Europe/Istanbul.',
    },
  } satisfies ValueRule,
});
