import { type Fault } from '../../shared/fault.ts';
import { operationFault, sourceFault, type Wording } from '../source-faults.ts';
import { type QueryFault } from './sql-engine.ts';
import { type OperationIds } from '../source-settings.ts';

const QUERY_FAULTS: Readonly<Record<QueryFault, Wording>> = {
  invalid: {
    code: 'SOURCE_QUERY_INVALID',
    message: { tr: 'veritabanı sorguyu kabul etmiyor', en: 'the database does not take the query' },
    remedy: {
      tr: 'Sorguyu, sonunda noktalı virgül olmayan tek bir SELECT olarak düzeltin.',
      en: 'Correct the query: one SELECT, without a semicolon at its end.',
    },
  },
  'not-a-read': {
    code: 'SOURCE_QUERY_NOT_READ_ONLY',
    message: {
      tr: 'sorgu yalnızca okuyan tek bir SELECT değil',
      en: 'the query is not one SELECT that only reads',
    },
    remedy: { tr: 'Yalnızca okuyan tek bir SELECT yazın.', en: 'Write one SELECT that only reads.' },
  },
  parameters: {
    code: 'SOURCE_QUERY_PARAMETERS',
    message: {
      tr: 'sorgunun parametreleri işlemin girdi alanları ile aynı değil',
      en: 'the parameters of the query are not the input fields of the operation',
    },
    remedy: {
      tr: 'Her girdi alanını adıyla kullanın (ör. :tckn), başka parametre kullanmayın.',
      en: 'Use every input field by its name (e.g. :tckn) and no other parameter.',
    },
  },
  columns: {
    code: 'SOURCE_QUERY_COLUMNS',
    message: {
      tr: 'sorgunun iki sütunu aynı adı taşıyor veya bir adı kullanılamaz',
      en: 'two columns of the query have the same name, or a name cannot be used',
    },
    remedy: {
      tr: 'Her sütuna AS ile ayrı bir ad verin.',
      en: 'Give every column a name of its own with AS.',
    },
  },
};

/** What is wrong with a configured query, as its engine or its text shows. */
export function queryFault(
  sourceId: string,
  operation: OperationIds,
  kind: QueryFault,
  detail: string,
): Fault {
  const { code, message, remedy } = QUERY_FAULTS[kind];
  const more = detail === '' ? '' : ` (${detail})`;
  const wording = { code, message: { tr: message.tr + more, en: message.en + more }, remedy };
  return operationFault(sourceId, operation, wording, 'query');
}

export function unknownUrl(sourceId: string): Fault {
  return sourceFault(sourceId, 'url', {
    code: 'SOURCE_URL_UNKNOWN',
    message: { tr: 'kaynak adresi tanınmıyor', en: 'the URL of the source is not known' },
    remedy: { tr: 'sqlite:<dosya> biçiminde yazın.', en: 'Write it as sqlite:<file>.' },
  });
}
