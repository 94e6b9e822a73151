import { type HttpSettings } from '../http/http-settings.ts';
import { type NotFoundMark, type RecordMapping } from '../mapping/mapping-settings.ts';
import { type CommonSourceSettings, type OperationIds } from '../source-settings.ts';

/** A service that answers in JSON over HTTPS. */
export interface RestSourceSettings extends CommonSourceSettings, HttpSettings {
  readonly kind: 'rest';
  readonly limits: CommonSourceSettings['limits'];
  /** `https://…`; the paths of operations are put behind it. */
  readonly url: string;
  /** IANA zone in which points in time are turned into days. */
  readonly timeZone: string;
  readonly authentication: RestAuthentication;
  readonly operations: readonly RestOperationSettings[];
}

/** How the gateway proves to a service who asks. Files hold one line and are readable by the gateway's user only. */
export type RestAuthentication =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly passwordFile: string }
  | OAuthSettings;

/** OAuth 2.0 client credentials (RFC 6749 §4.4). */
export interface OAuthSettings {
  readonly kind: 'oauth2';
  readonly tokenUrl: string;
  readonly clientId: string;
  /** How the client proves itself: `tls` by its certificate (RFC 8705), the others by its secret. */
  readonly clientAuthentication: 'basic' | 'post' | 'tls';
  readonly clientSecretFile?: string | undefined;
  readonly scope?: string | undefined;
}

/** A JSON value whose texts may hold input fields by name: `{tckn}`. */
export type JsonTemplate =
  string | number | boolean | null | readonly JsonTemplate[] | { readonly [member: string]: JsonTemplate };

/** How one agreed operation is asked, and how its answer is read. */
export interface RestOperationSettings extends OperationIds, RecordMapping {
  readonly method: 'GET' | 'POST';
  /** Begins with a slash; `{tckn}` stands for an input field. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Sent as JSON with POST. */
  readonly body?: JsonTemplate | undefined;
  /** JSONPath (RFC 9535) of the record in the answer. */
  readonly record: string;
  readonly notFound: RestNotFound;
}

/** What says that nobody was found; nothing else does. */
export interface RestNotFound {
  readonly statuses: readonly number[];
  /** The record's path gives nothing, or null. */
  readonly empty: boolean;
  /** A place in the whole answer holds one of these values. */
  readonly mark?: NotFoundMark | undefined;
}
