import { type Agreement, type Operation } from '../agreement/agreement.ts';
import { FaultsError } from '../shared/fault.ts';
import { type AnsweringSource } from './answering-source.ts';
import { type CsvSourceSettings } from './csv/csv-source-settings.ts';
import { GuardedSource } from './guard/guarded-source.ts';
import { type FindOperation, type OpenContext, type OpenSource } from './open-source.ts';
import { type SourceEvent } from './source-event.ts';
import { withMappings } from './mapping/mapped-source.ts';
import { type RestSourceSettings } from './rest/rest-source-settings.ts';
import { type SoapSourceSettings } from './soap/soap-source-settings.ts';
import { type Source } from './source.ts';
import { type CommonSourceSettings } from './source-settings.ts';
import { createSqlSource } from './sql/create-sql-source.ts';
import { type SqlSourceSettings } from './sql/sql-source-settings.ts';

/** The settings of a source of any kind. */
export type SourceSettings = SqlSourceSettings | RestSourceSettings | SoapSourceSettings | CsvSourceSettings;

type Kind = SourceSettings['kind'];
type ByKind = { readonly [K in Kind]: Extract<SourceSettings, { kind: K }> };

/** How a source of each kind is opened. Clients of services are loaded only where one is configured. */
const OPENERS: { readonly [K in Kind]: OpenSource<ByKind[K]> } = {
  sql: async (source, context) => withMappings(source, await createSqlSource(source, context)),
  rest: async (source, context) => {
    const { openRestSource } = await import('./rest/open-rest-source.ts');
    return openRestSource(source, context);
  },
  soap: async (source, context) => {
    const { openSoapSource } = await import('./soap/open-soap-source.ts');
    return openSoapSource(source, context);
  },
  csv: async (source, context) => {
    const { openCsvSource } = await import('./csv/open-csv-source.ts');
    return openCsvSource(source, context);
  },
};

/** Opens every configured source, each behind its guard. @throws FaultsError when one does not fit its operations */
export async function openSources(
  configured: readonly SourceSettings[],
  agreements: readonly Agreement[],
  onEvent: (event: SourceEvent) => void,
): Promise<GuardedSource[]> {
  const sources = await openUnguarded(configured, agreements, onEvent);
  return configured.flatMap((settings, place) => {
    const source = sources[place];
    return source === undefined ? [] : [new GuardedSource(source, settings, onEvent)];
  });
}

/** Opens every configured source to look at it once. @throws FaultsError when one does not fit its operations */
export async function openUnguarded(
  configured: readonly SourceSettings[],
  agreements: readonly Agreement[],
  onEvent: (event: SourceEvent) => void,
): Promise<AnsweringSource[]> {
  const context: OpenContext = { findOperation: finderIn(agreements), onEvent };
  const opening = configured.map(async (source) => openAs(source.kind, source, context));
  return allOrNone(await Promise.allSettled(opening));
}

/** Where one could not be opened, the others are closed again. @throws FaultsError with the faults of all, or the first other error */
async function allOrNone(
  ended: readonly PromiseSettledResult<AnsweringSource>[],
): Promise<AnsweringSource[]> {
  const opened = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  const errors = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
  if (errors.length === 0) return opened;
  await Promise.all(opened.map(async (source) => source.close()));
  const other = errors.find((error) => !(error instanceof FaultsError));
  throw (
    other ?? new FaultsError(errors.flatMap((error) => (error instanceof FaultsError ? error.faults : [])))
  );
}

async function openAs<K extends Kind>(
  kind: K,
  source: ByKind[K],
  context: OpenContext,
): Promise<AnsweringSource> {
  return OPENERS[kind](source, context);
}

function finderIn(agreements: readonly Agreement[]): FindOperation {
  return (agreementId, operationId) =>
    agreements
      .filter((agreement) => agreement.id === agreementId)
      .flatMap((agreement) => agreement.operations)
      .find((operation) => operation.id === operationId);
}

/** Finds the source that answers an operation, by the configuration. */
export function sourceFinder(
  configured: readonly CommonSourceSettings[],
  sources: readonly Source[],
): (agreement: Agreement, operation: Operation) => Source | undefined {
  return (agreement, operation) => {
    const found = configured.find((source) =>
      source.operations.some((one) => one.agreement === agreement.id && one.operation === operation.id),
    );
    return sources.find((source) => source.id === found?.id);
  };
}
