import { type Fault } from '../shared/fault.ts';
import { type OperationIds } from './source-settings.ts';

/** A fault without its place. */
export type Wording = Pick<Fault, 'code' | 'message' | 'remedy'>;

/** A fault at a key of a source. */
export function sourceFault(sourceId: string, key: string, wording: Wording): Fault {
  return { file: 'config', line: 0, key: `sources.${sourceId}.${key}`, ...wording };
}

/** A fault at an operation of a source, or at one of its keys. */
export function operationFault(
  sourceId: string,
  { agreement, operation }: OperationIds,
  wording: Wording,
  key?: string,
): Fault {
  const place = `operations.${agreement}/${operation}`;
  return sourceFault(sourceId, key === undefined ? place : `${place}.${key}`, wording);
}

export function unknownOperation(sourceId: string, operation: OperationIds): Fault {
  return operationFault(sourceId, operation, {
    code: 'SOURCE_OPERATION_UNKNOWN',
    message: { tr: 'hiçbir protokolde böyle bir işlem yok', en: 'no agreement has this operation' },
    remedy: {
      tr: 'Protokol ve işlem kimliğini denetleyin.',
      en: 'Check the ids of the agreement and the operation.',
    },
  });
}

export function operationTwice(sourceId: string, operation: OperationIds): Fault {
  return operationFault(sourceId, operation, {
    code: 'SOURCE_OPERATION_TWICE',
    message: { tr: 'işlem bu kaynakta iki kez yazılmış', en: 'the operation is listed twice in this source' },
    remedy: { tr: 'Birini silin.', en: 'Remove one of them.' },
  });
}

export function otherSystem(sourceId: string, operation: OperationIds): Fault {
  return operationFault(sourceId, operation, {
    code: 'SOURCE_SYSTEM_DIFFERS',
    message: {
      tr: 'protokol bu işlemi başka bir sisteme bağlıyor',
      en: 'the agreement ties this operation to another system',
    },
    remedy: {
      tr: 'İşlemi, protokolde yazan sistemin kaynağı altına taşıyın.',
      en: 'Move the operation to the source of the system that the agreement names.',
    },
  });
}
