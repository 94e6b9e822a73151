/** A message as the client of the package would have sent it. */
export interface SoapMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Stands where the client of the package has its HTTP client. It keeps a message instead of sending it: the package's own
 * client follows redirects and the proxies of the environment, and its reader has no bounds and takes an element's
 * `id="__proto__"` for a name. What would be fetched while a WSDL is read is refused.
 */
export class RequestSink {
  #message: SoapMessage | undefined;

  /** Called by the package. @param body null for a document to be fetched */
  async request(
    _url: string,
    body: string | null,
    callback: (error: Error) => void,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    if (body === null) callback(Object.assign(new Error('not fetched'), { code: 'NOT_A_LOCAL_FILE' }));
    else this.#message = { headers, body };
    return Promise.resolve();
  }

  /** The message that was made last; a second call finds none. */
  take(): SoapMessage | undefined {
    const message = this.#message;
    this.#message = undefined;
    return message;
  }
}
