import { randomInt } from 'node:crypto';
import { type RegisterRow } from '../sources/sql/register-file.ts';
import { type Clock } from '../shared/clock.ts';
import { type Tckn } from '../shared/tckn.ts';
import { FIRST_NAMES, PROVINCES, SURNAMES, TITLES } from './fictional-words.ts';
import { fictionalIdentityNumbers } from './identity-numbers.ts';

export interface DemoSubject {
  readonly tckn: string;
  readonly about: string;
}

export interface DemoRegister {
  readonly rows: readonly RegisterRow[];
  /** The people to show, the last of whom is in no row. */
  readonly subjects: readonly DemoSubject[];
}

interface Sample {
  readonly durum: string;
  readonly reported: boolean;
  readonly about: string;
}

const SIZE = 200;
const DAY = 86_400_000;
/** Longest life of a permit, in days; what began earlier has expired. */
const PERMIT_DAYS = 365;

const SAMPLES: readonly Sample[] = [
  { durum: 'gecerli', reported: true, about: 'licensed, workers reported' },
  { durum: 'gecerli', reported: false, about: 'licensed, worker count not reported (null, never 0)' },
  { durum: 'askida', reported: true, about: 'licence suspended' },
  { durum: 'suresi-doldu', reported: true, about: 'licence expired' },
  { durum: 'iptal', reported: false, about: 'licence cancelled' },
];

/** A provider's register of 200 fictional intermediaries, with members that no agreement lets out. */
export function createDemoRegister(clock: Clock): DemoRegister {
  const [unknown, ...numbers] = fictionalIdentityNumbers(SIZE + 1) as [Tckn, ...Tckn[]];
  const samples = numbers.map((tckn, place) => ({ tckn, sample: SAMPLES[place] ?? pick(SAMPLES) }));
  return {
    rows: samples.map(({ tckn, sample }) => rowOf(tckn, sample, clock)),
    subjects: [
      ...samples.slice(0, SAMPLES.length).map(({ tckn, sample }) => ({ tckn, about: sample.about })),
      { tckn: unknown, about: 'unknown number with a valid checksum' },
    ],
  };
}

function rowOf(tckn: string, sample: Sample, clock: Clock): RegisterRow {
  const province = pick(PROVINCES);
  return {
    tckn,
    adSoyad: `${pick(FIRST_NAMES)} ${pick(SURNAMES)}`,
    unvan: pick(TITLES),
    izinBaslangic: permitStart(sample.durum, clock),
    telefon: `+90 500 000 ${digits(2)} ${digits(2)}`,
    isciSayisi: sample.reported ? randomInt(1, 400) : null,
    durum: sample.durum,
    adres: `Kurgu Mahallesi ${String(randomInt(1, 90))}. Sokak No: ${String(randomInt(1, 60))}, ${province}`,
    iban: `TR00 0000 0000 ${digits(4)} ${digits(4)} ${digits(4)} 00`,
    sicilNotu: `Sicil dosyası ${String(randomInt(1000, 9999))}: kurgusal kayıt`,
  };
}

function permitStart(durum: string, clock: Clock): string {
  const age =
    durum === 'suresi-doldu' ? randomInt(PERMIT_DAYS + 30, 3 * PERMIT_DAYS) : randomInt(1, PERMIT_DAYS - 30);
  return new Date(clock.now() - age * DAY).toISOString().slice(0, 10);
}

function digits(count: number): string {
  return String(randomInt(0, 10 ** count)).padStart(count, '0');
}

function pick<T>(choices: readonly T[]): T {
  return choices[randomInt(choices.length)] as T;
}
