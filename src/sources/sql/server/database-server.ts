import { type TlsFiles } from '../../http/http-settings.ts';

/** A database server, and as whom it is asked. */
export interface DatabaseServer {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Undefined: the server asks for none. @throws FaultsError when it cannot be read */
  readonly password: (() => string) | undefined;
  readonly tls: TlsFiles & {
    /** `verify`: the server proves that it is the one named. `encrypt`: no proof. `off`: in the clear. */
    readonly mode: 'verify' | 'encrypt' | 'off';
  };
}
