import { UsageError } from './command-error.ts';

const ID = /^[a-z0-9]([a-z0-9.-]{0,62}[a-z0-9])?$/;

/** @throws UsageError when the text cannot be the id of an agency or operator */
export function checkId(id: string): void {
  if (!ID.test(id)) throw new UsageError(NOT_AN_ID);
}

const NOT_AN_ID = {
  tr: 'Kimlik küçük ASCII harf, rakam, nokta ve kısa çizgiden oluşur, en çok 64 karakterdir.',
  en: 'An id has lower-case ASCII letters, digits, dots and hyphens, at most 64 characters.',
};
