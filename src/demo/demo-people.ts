import { type DemoAgencyId } from './realm-paths.ts';

/** A fictional official and what the Ek-3 list says about them. */
export interface DemoPerson {
  readonly agency: DemoAgencyId;
  readonly name: string;
  readonly unit: string;
  readonly allowedAddresses: readonly string[];
  /** At most the agreement's ceiling is granted. */
  readonly dailyQuota: number;
  /** `none`: the Ek-3 list does not name this person. */
  readonly authority: 'valid' | 'ended' | 'none';
  readonly trained: boolean;
  readonly undertaking: boolean;
  /** What a query of this person shows. */
  readonly about: string;
}

const LOCAL = ['127.0.0.0/8', '::1'];

const MAY_QUERY: DemoPerson = {
  agency: 'cgm',
  name: 'Ayşegül Örnek',
  unit: 'Çocuk İşçiliği ile Mücadele Birimi',
  allowedAddresses: LOCAL,
  dailyQuota: 50,
  authority: 'valid',
  trained: true,
  undertaking: true,
  about: 'may query',
};

/** The officials of the realm; the first may query. */
export const DEMO_PEOPLE: readonly DemoPerson[] = [
  MAY_QUERY,
  {
    ...MAY_QUERY,
    name: 'İlker Numune',
    allowedAddresses: ['127.0.0.2'],
    about: 'may query from 127.0.0.2 only; ADDRESS_NOT_ALLOWED from any other address',
  },
  { ...MAY_QUERY, name: 'Şükrü Temsil', dailyQuota: 3, about: 'has a daily quota of 3; then QUOTA_EXCEEDED' },
  { ...MAY_QUERY, name: 'Çağla Deneme', authority: 'ended', about: 'authority has ended; OFFICIAL_NOT_AUTHORISED' },
  { ...MAY_QUERY, name: 'Gökçe Kurgu', trained: false, about: 'without training evidence; TRAINING_REQUIRED' },
  { ...MAY_QUERY, name: 'Özgür Hayal', undertaking: false, about: 'without undertaking; UNDERTAKING_REQUIRED' },
  { ...MAY_QUERY, name: 'Ümit Tasarım', dailyQuota: 100, about: 'may query, with a daily quota of 100' },
  {
    ...MAY_QUERY,
    agency: 'other',
    name: 'Ilgın Farazi',
    unit: 'Bilgi İşlem',
    authority: 'none',
    about: 'of an agency that is not a party; AGREEMENT_NOT_FOUND',
  },
]; // prettier-ignore
