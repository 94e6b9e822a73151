import { type Operation } from '../agreement/agreement.ts';
import { type AnsweringSource } from './answering-source.ts';
import { type SourceEvent } from './source-event.ts';

/** The agreed operation of an agreement, by their ids. */
export type FindOperation = (agreementId: string, operationId: string) => Operation | undefined;

/** What a source is given beside its settings. */
export interface OpenContext {
  readonly findOperation: FindOperation;
  readonly onEvent: (event: SourceEvent) => void;
}

/**
 * Opens a source of one kind and holds its settings against the live system.
 * A system that cannot be reached is no fault of the settings: the source then answers SOURCE_UNAVAILABLE until it can.
 * @throws FaultsError with every fault of the settings
 */
export type OpenSource<Settings> = (settings: Settings, context: OpenContext) => Promise<AnsweringSource>;
