import { type IntegerForm } from '../../shared/field-conversions.ts';

const FORMS: Readonly<Record<IntegerForm, RegExp>> = {
  plain: /^-?\d{1,16}$/,
  turkish: /^-?(?:\d{1,16}|\d{1,3}(?:\.\d{3}){1,5})$/,
};

/** The whole number that a text of this form, or a number, holds; undefined for anything else. */
export function readInteger(value: unknown, form: IntegerForm): number | undefined {
  const number = typeof value === 'string' ? fromText(value, form) : value;
  // Adding zero turns the −0 of "-0" into 0.
  return typeof number === 'number' && Number.isSafeInteger(number) ? number + 0 : undefined;
}

function fromText(text: string, form: IntegerForm): number | undefined {
  return FORMS[form].test(text) ? Number(text.replaceAll('.', '')) : undefined;
}
