import { type HttpSettings } from '../http/http-settings.ts';
import { type NotFoundMark, type RecordMapping } from '../mapping/mapping-settings.ts';
import { type CommonSourceSettings, type OperationIds } from '../source-settings.ts';

/** A SOAP service over HTTPS, described by a WSDL file on this machine. */
export interface SoapSourceSettings extends CommonSourceSettings, HttpSettings {
  readonly kind: 'soap';
  readonly limits: CommonSourceSettings['limits'];
  /** The endpoint; addresses in the WSDL are not used. */
  readonly url: string;
  /** Absolute path. What it includes lies beside it; nothing is fetched. */
  readonly wsdl: string;
  readonly soapVersion: '1.1' | '1.2';
  /** Names in the WSDL; undefined where there is only one. */
  readonly service?: string | undefined;
  readonly port?: string | undefined;
  /** IANA zone in which points in time are turned into days. */
  readonly timeZone: string;
  readonly security: SoapSecurity;
  readonly operations: readonly SoapOperationSettings[];
}

/** WS-Security 1.0 of requests. Files are readable by the gateway's user only. */
export type SoapSecurity =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'usernameToken';
      readonly user: string;
      readonly passwordFile: string;
      readonly passwordType: 'digest' | 'text';
      /** Whether a `wsu:Timestamp` goes with the token. */
      readonly timestamp: boolean;
    }
  | {
      /** Body and `Timestamp` are signed with RSA and SHA-256. */
      readonly kind: 'x509';
      readonly certificate: string;
      readonly key: string;
    };

/** Arguments of a call by their names in the WSDL; texts may hold input fields by name: `{tckn}`. */
export interface SoapArguments {
  readonly [name: string]: string | SoapArguments;
}

/** How one agreed operation is asked, and how its answer is read. */
export interface SoapOperationSettings extends OperationIds, RecordMapping {
  /** Operation of the WSDL. */
  readonly call: string;
  readonly arguments: SoapArguments;
  /** Path of the record below the element that answers; `.` is that element. */
  readonly record: string;
  readonly notFound: SoapNotFound;
}

/** What says that nobody was found; nothing else does. */
export interface SoapNotFound {
  /** There is no record, or it is nil or holds nothing. */
  readonly empty: boolean;
  /** Codes of faults, without prefix. */
  readonly faults: readonly string[];
  /** A place in the element that answers, be it a Fault, holds one of these values. */
  readonly mark?: NotFoundMark | undefined;
}
