import { type SearchStorage } from './open-searched-log.ts';

/** Gateway to index process: once, first. */
export interface IndexRequest extends SearchStorage {
  /** First two parts of the origins of the logs that are indexed. */
  readonly node: string;
}

/** Index process to gateway: why the logs could not be indexed this time. It goes on trying. */
export interface IndexReply {
  /** A code; a message might quote a value. */
  readonly cause: string;
}
