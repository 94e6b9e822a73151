import { type Agreement, type Operation } from '../agreement/agreement.ts';
import { type Source } from './source.ts';
import { createSqlSource } from './sql/create-sql-source.ts';
import { type SqlSource } from './sql/sql-source.ts';
import { type SqlSourceSettings } from './sql/sql-source-settings.ts';

/** Told when what reads a source ended without being asked to; it is started anew. */
export type OnReaderLost = (sourceId: string, loss: string) => void;

/** Opens every configured source for the agreements at hand. @throws FaultsError when a query does not fit its operation */
export async function openSources(
  configured: readonly SqlSourceSettings[],
  agreements: readonly Agreement[],
  onReaderLost: OnReaderLost,
): Promise<SqlSource[]> {
  const findOperation = (agreementId: string, operationId: string): Operation | undefined =>
    agreements
      .filter((agreement) => agreement.id === agreementId)
      .flatMap((agreement) => agreement.operations)
      .find((operation) => operation.id === operationId);
  return Promise.all(
    configured.map(async (source) => createSqlSource(source, { findOperation, onReaderLost })),
  );
}

/** Finds the source that answers an operation, by the configuration. */
export function sourceFinder(
  configured: readonly SqlSourceSettings[],
  sources: readonly Source[],
): (agreement: Agreement, operation: Operation) => Source | undefined {
  return (agreement, operation) => {
    const found = configured.find((source) =>
      source.operations.some((one) => one.agreement === agreement.id && one.operation === operation.id),
    );
    return sources.find((source) => source.id === found?.id);
  };
}
