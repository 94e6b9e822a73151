import { type z } from 'zod';
import { type Sentence } from './problem.ts';

/**
 * A rule for one value of a file that an operator wrote, with what to say when it is broken. Handed to zod as the
 * `params` of a `refine`, so that `schemaFaults` reports the rule's own sentences.
 */
export interface ValueRule {
  /** End of the fault code, e.g. `DATE_INVALID` in `AGREEMENT_DATE_INVALID`; `VALUE_INVALID` where absent. */
  readonly code?: string;
  readonly message: Sentence;
  readonly remedy: Sentence;
}

/** What a zod issue says in our own words, in both languages; the value itself is never repeated. */
export function issueRule(issue: z.core.$ZodIssue): ValueRule {
  const own = issue.code === 'custom' && isValueRule(issue.params) ? issue.params : undefined;
  return own ?? { message: issueMessage(issue), remedy: REMEDY };
}

const REMEDY: Sentence = {
  tr: 'Değeri beklenen biçime getirin.',
  en: 'Bring the value into the expected form.',
};

function isValueRule(params: object | undefined): params is ValueRule {
  return params !== undefined && 'message' in params && 'remedy' in params;
}

function issueMessage(issue: z.core.$ZodIssue): Sentence {
  if (issue.code === 'invalid_type') return expectation(issue.expected);
  if (issue.code === 'too_small' || issue.code === 'too_big') return outOfBounds(issue);
  if (issue.code === 'invalid_value') return allowed(issue.values.map(String));
  return PLAIN[issue.code];
}

const PLAIN = {
  not_multiple_of: {
    tr: 'sayı istenen katlardan biri değil',
    en: 'the number is not one of the required multiples',
  },
  invalid_format: { tr: 'metin beklenen biçimde değil', en: 'the text does not have the expected form' },
  invalid_union: {
    tr: 'değer izin verilen türlerden biri değil',
    en: 'the value is none of the allowed kinds',
  },
  unrecognized_keys: { tr: 'bilinmeyen anahtar', en: 'this key is not known' },
  invalid_key: { tr: 'anahtar geçersiz', en: 'the key is not valid' },
  invalid_element: { tr: 'öğe geçersiz', en: 'the item is not valid' },
  custom: { tr: 'değer geçersiz', en: 'the value is not valid' },
} as const satisfies Record<string, Sentence>;

const TYPES: Readonly<Record<string, Sentence>> = {
  string: { tr: 'metin', en: 'text' },
  number: { tr: 'sayı', en: 'a number' },
  int: { tr: 'tam sayı', en: 'a whole number' },
  boolean: { tr: 'true ya da false', en: 'true or false' },
  array: { tr: 'liste', en: 'a list' },
  object: { tr: 'anahtarlı blok', en: 'a block of keys' },
  record: { tr: 'anahtarlı blok', en: 'a block of keys' },
};

function expectation(type: string): Sentence {
  const expected = TYPES[type] ?? { tr: 'başka türden bir değer', en: 'a value of another type' };
  return { tr: `${expected.tr} bekleniyor`, en: `expected ${expected.en}` };
}

function allowed(values: readonly string[]): Sentence {
  const list = values.join(', ');
  return { tr: `izin verilen değerler: ${list}`, en: `allowed values: ${list}` };
}

function outOfBounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Sentence {
  const small = issue.code === 'too_small';
  const number = String(small ? issue.minimum : issue.maximum);
  const unit = UNITS[issue.origin];
  if (unit !== undefined) {
    return {
      tr: `${small ? 'en az' : 'en çok'} ${number} ${unit.tr} olmalı`,
      en: `must have at ${small ? 'least' : 'most'} ${number} ${unit.en}`,
    };
  }
  if (issue.inclusive === false) {
    return small
      ? { tr: `sayı ${number} sayısından büyük olmalı`, en: `the number must be greater than ${number}` }
      : { tr: `sayı ${number} sayısından küçük olmalı`, en: `the number must be less than ${number}` };
  }
  return {
    tr: `sayı ${small ? 'en az' : 'en çok'} ${number} olmalı`,
    en: `the number must be at ${small ? 'least' : 'most'} ${number}`,
  };
}

const UNITS: Readonly<Record<string, Sentence>> = {
  string: { tr: 'karakter', en: 'characters' },
  array: { tr: 'öğe', en: 'items' },
  set: { tr: 'öğe', en: 'items' },
};
