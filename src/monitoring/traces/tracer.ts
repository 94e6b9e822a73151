/** One thing that takes time, from its beginning to its end. */
export interface OpenSpan {
  /** A part of it that begins now. */
  child(name: string): OpenSpan;
  /** @param attributes values of the catalogue only */
  end(attributes?: Readonly<Record<string, string>>, failed?: boolean): void;
}

/** Who keeps spans. */
export interface Tracer {
  /**
   * A span that begins now; undefined where this request is not traced.
   * @param traceparent of the caller (W3C Trace Context), whose trace it joins
   */
  begin(name: string, traceparent: string | undefined): OpenSpan | undefined;
  /** Sends what is left, within bounds. Never rejects. */
  close(): Promise<void>;
}
