/** PEM files. Absolute paths. */
export interface TlsFiles {
  /** Authorities besides which none is trusted; undefined: those that Node knows. */
  readonly ca?: string | undefined;
  /** Client certificate with its chain, and its private key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** What every source that is called over HTTPS is told. */
export interface HttpSettings {
  readonly id: string;
  readonly timeoutMilliseconds: number;
  readonly tls: TlsFiles;
  /** Longest body that is read. */
  readonly answerBytes: number;
  /** Deepest nesting that is read. */
  readonly answerDepth: number;
  readonly limits: { readonly concurrency?: number | undefined };
}
