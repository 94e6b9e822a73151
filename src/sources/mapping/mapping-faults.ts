import { type Fault } from '../../shared/fault.ts';
import { operationFault, type Wording } from '../source-faults.ts';
import { type OperationIds } from '../source-settings.ts';
import { type FieldFinding, type MappingFinding } from './check-mapping.ts';

const WORDINGS: Readonly<Record<MappingFinding, Wording>> = {
  'not-mapped': {
    code: 'SOURCE_FIELD_NOT_MAPPED',
    message: { tr: 'protokolün bu alanı için eşleme yok', en: 'this field of the agreement is not mapped' },
    remedy: {
      tr: 'Alanın kaynakta nerede durduğunu "fields" altına yazın.',
      en: 'Say under "fields" where it stands in the source.',
    },
  },
  'not-agreed': {
    code: 'SOURCE_FIELD_NOT_AGREED',
    message: { tr: 'protokolde böyle bir alan yok', en: 'the agreement has no such field' },
    remedy: {
      tr: 'Eşlemeyi silin: protokolde olmayan veri paylaşılmaz.',
      en: 'Remove the mapping: what is not agreed is not shared.',
    },
  },
  'place-invalid': {
    code: 'SOURCE_PLACE_INVALID',
    message: {
      tr: '"from" kayıtta tek bir yeri göstermiyor',
      en: '"from" does not name one place in a record',
    },
    remedy: {
      tr: 'Bu kaynak türünün yazımıyla tek bir yer gösterin (docs/operations.md, Kaynaklar).',
      en: 'Name one place in the notation of this kind of source (docs/operations.md, Sources).',
    },
  },
  'conversion-unfit': {
    code: 'SOURCE_CONVERSION_UNFIT',
    message: {
      tr: 'bu dönüşüm, alanın protokoldeki türünü vermez',
      en: 'this conversion does not give the agreed type of the field',
    },
    remedy: {
      tr: 'date tarih, integer tam sayı, codes kod veya metin, text metin verir.',
      en: 'date gives a date, integer a whole number, codes a code or a text, text a text.',
    },
  },
  'conversion-missing': {
    code: 'SOURCE_CONVERSION_MISSING',
    message: {
      tr: 'bu kaynakta her değer metindir; alan için dönüşüm gerekir',
      en: 'every value of this source is a text; the field needs a conversion',
    },
    remedy: {
      tr: 'integer: plain (veya turkish) ekleyin.',
      en: 'Add integer: plain (or turkish).',
    },
  },
  'code-not-agreed': {
    code: 'SOURCE_CODE_NOT_AGREED',
    message: {
      tr: 'kod listesi protokolde olmayan bir değer veriyor',
      en: 'the code list gives a value that is not agreed',
    },
    remedy: {
      tr: 'Sağ tarafa yalnızca protokoldeki kodları yazın.',
      en: 'Write only codes of the agreement on the right.',
    },
  },
  'null-not-agreed': {
    code: 'SOURCE_NULL_NOT_AGREED',
    message: {
      tr: 'protokole göre bu alan boş olamaz; nullIf ve optional kullanılamaz',
      en: 'by the agreement this field is never null; nullIf and optional cannot be used',
    },
    remedy: {
      tr: 'nullIf ve optional anahtarlarını silin.',
      en: 'Remove nullIf and optional.',
    },
  },
  'echo-not-asked': {
    code: 'SOURCE_ECHO_NOT_ASKED',
    message: { tr: 'işlemin böyle bir girdi alanı yok', en: 'the operation has no such input field' },
    remedy: {
      tr: '"echo" altında girdi alanının kimliğini, karşısına kayıttaki yerini yazın.',
      en: 'Write the id of an input field under "echo", and its place in the record beside it.',
    },
  },
};

/** The fault of the settings that a finding is. */
export function mappingFault(
  sourceId: string,
  operation: OperationIds,
  { field, under, finding, detail }: FieldFinding,
): Fault {
  const { code, message, remedy } = WORDINGS[finding];
  const more = detail === '' ? '' : ` (${detail})`;
  const wording = { code, message: { tr: message.tr + more, en: message.en + more }, remedy };
  return operationFault(sourceId, operation, wording, `${under}.${field}`);
}

/** The fault of a text that names no place in an answer. @param key of the operation's settings */
export function placeFault(sourceId: string, operation: OperationIds, key: string, from: string): Fault {
  const { code, remedy } = WORDINGS['place-invalid'];
  const message = {
    tr: `yanıtta bir yeri göstermiyor (${from})`,
    en: `does not name a place in the answer (${from})`,
  };
  return operationFault(sourceId, operation, { code, message, remedy }, key);
}
