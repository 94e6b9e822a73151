import { type Leaf } from '../audit/leaf.ts';
import { type Sentence } from '../shared/problem.ts';
import { columns } from './columns.ts';
import { type Shell, tell } from './shell.ts';

const TYPES: Readonly<Record<Leaf['type'], Sentence>> = {
  disclosure: { tr: 'veri verildi', en: 'data was given' },
  repeat: {
    tr: 'aynı istek yinelendi, veri yeniden verildi',
    en: 'the same request again, data was given again',
  },
  refusal: { tr: 'sorgu reddedildi', en: 'the query was refused' },
  failure: { tr: 'sorgu yanıtlanamadı', en: 'the query could not be answered' },
  'not-delivered': { tr: 'yanıt ulaştırılamadı', en: 'the answer was not delivered' },
  act: { tr: 'operatör işlemi', en: 'an act of an operator' },
  reading: { tr: 'kayıtların okunması', en: 'a reading of the records' },
  'time-stamp': { tr: 'zaman damgası alındı', en: 'a time stamp was received' },
  witness: { tr: 'tanık olayı', en: 'an event of witnessing' },
  keydestroy: { tr: 'kayıt anahtarları yok edildi', en: 'record keys were destroyed' },
  hold: { tr: 'saklama şartı', en: 'a legal hold' },
  rollover: { tr: 'günlük kapandı, yenisine geçildi', en: 'the log was closed for the next one' },
  'log-opened': { tr: 'günlük açıldı', en: 'the log was opened' },
};

const LABELS: Readonly<Record<Exclude<keyof Leaf, 'type' | 'facts'>, Sentence>> = {
  time: { tr: 'zaman', en: 'time' },
  queryId: { tr: 'kayıt kimliği', en: 'query id' },
  agency: { tr: 'kurum', en: 'agency' },
  certificate: { tr: 'sertifika', en: 'certificate' },
  tls: { tr: 'TLS', en: 'TLS' },
  proof: { tr: 'kimlik kanıtı', en: 'proof of person' },
  agreement: { tr: 'protokol', en: 'agreement' },
  agreementVersion: { tr: 'protokol sürümü', en: 'agreement version' },
  agreementHash: { tr: 'protokol özeti', en: 'agreement hash' },
  operation: { tr: 'işlem', en: 'operation' },
  provider: { tr: 'veren kurum', en: 'provider' },
  legalBasis: { tr: 'hukuki dayanak', en: 'legal basis' },
  purpose: { tr: 'amaç', en: 'purpose' },
  mode: { tr: 'biçim', en: 'mode' },
  code: { tr: 'sonuç kodu', en: 'problem code' },
  outcome: { tr: 'sonuç', en: 'outcome' },
  surplus: { tr: 'atılan fazla alan', en: 'surplus members dropped' },
  count: { tr: 'deneme sayısı', en: 'attempts' },
  action: { tr: 'işlem adı', en: 'action' },
  about: { tr: 'ilgili kayıt', en: 'about the record' },
  kid: { tr: 'anahtar', en: 'data key' },
  personal: { tr: 'kişisel bölüm taahhüdü', en: 'commitment to the personal part' },
  answer: { tr: 'yanıt taahhüdü', en: 'commitment to the answer' },
};

/** A leaf as an auditor reads it; what it does not hold is left out. */
export function leafText(shell: Shell, leaf: Leaf): string[] {
  const rows = (Object.keys(LABELS) as (keyof typeof LABELS)[])
    .filter((key) => leaf[key] !== null)
    .map((key) => [tell(shell, LABELS[key]), String(leaf[key])]);
  for (const [name, value] of Object.entries(leaf.facts ?? {})) rows.push([name, String(value)]);
  return [`  ${leafTypeText(shell, leaf.type)}`, ...columns(rows).map((line) => `  ${line}`)];
}

export function leafTypeText(shell: Shell, type: Leaf['type']): string {
  return tell(shell, TYPES[type]);
}

export const LEAF_TYPES = Object.keys(TYPES) as readonly Leaf['type'][];
