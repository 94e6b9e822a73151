import { z } from 'zod';
import { DATE_FORMS, INTEGER_FORMS, SOURCE_ZONE } from '../shared/field-conversions.ts';
import { isTimeZone } from '../shared/time-zone.ts';

const CONVERSIONS = ['text', 'date', 'integer', 'codes'] as const;

const from = z.string().min(1).max(500);
/** Texts as an operator writes them; a number or true stands for itself. */
const valueText = z.union([z.string().max(200), z.number(), z.boolean()]).transform(String);

const mapping = z
  .strictObject({
    from,
    trim: z.boolean().optional(),
    nullIf: z.array(valueText).max(100).optional(),
    optional: z.boolean().optional(),
    text: z.literal(true).optional(),
    date: z.enum(DATE_FORMS).optional(),
    integer: z.enum(INTEGER_FORMS).optional(),
    codes: z.record(z.string().max(200), valueText).optional(),
  })
  .refine((given) => CONVERSIONS.filter((name) => given[name] !== undefined).length <= 1, {
    params: {
      message: { tr: 'bir alanın birden fazla dönüşümü var', en: 'a field has more than one conversion' },
      remedy: {
        tr: 'text, date, integer ve codes anahtarlarından yalnızca birini bırakın.',
        en: 'Keep only one of text, date, integer and codes.',
      },
    },
  });

/** A text alone says where the value stands, and that it needs no conversion. */
const fieldMapping = z.preprocess((given) => (typeof given === 'string' ? { from: given } : given), mapping);

/** Zone in which points in time are turned into days. */
export const timeZone = z.string().refine(isTimeZone).default(SOURCE_ZONE);

/** The keys with which an operation says how records are read. */
export const mappingBase = {
  fields: z.record(z.string(), fieldMapping),
  echo: z.record(z.string(), from).optional(),
};

/** A place in an answer whose value says that nobody was found. */
export const notFoundMark = z.strictObject({ from, values: z.array(valueText).min(1).max(100) });
