import { z } from 'zod';
import { fieldId, id, sentence } from './value-schemas.ts';

/** Kinds of personal data that a field may hold; the words of the inventory of processing (VERBİS). */
const category = z.enum(['identity', 'contact', 'professional']);

/** One member of a request's `input`. */
export const inputField = z.strictObject({
  id: fieldId,
  type: z.literal('tckn'),
  label: sentence,
  necessity: sentence,
});

const everyField = z.strictObject({
  id: fieldId,
  type: z.string(),
  label: sentence,
  nullable: z.boolean(),
  category,
  necessity: sentence,
});

const wholeNumber = z.number().int();

const typedField = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), maxLength: wholeNumber.min(1).max(4_000) }),
  z.strictObject({ type: z.literal('date') }),
  z.strictObject({ type: z.literal('integer'), minimum: wholeNumber, maximum: wholeNumber }),
  z.strictObject({
    type: z.literal('code'),
    values: z
      .array(z.strictObject({ code: id, label: sentence }))
      .min(1)
      .max(100),
  }),
]);

/** One member of an answer. Both sides report their faults; a key is unknown only where neither side knows it. */
export const outputField = z.intersection(everyField, typedField);
