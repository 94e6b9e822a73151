import { readFileSync } from 'node:fs';
import { type Client, createClientAsync, type IHttpClient, type ISecurity } from 'soap';
import { FaultsError } from '../../shared/fault.ts';
import { RequestSink, type SoapMessage } from './request-sink.ts';
import { portUnknown, wsdlUnusable } from './soap-source-faults.ts';
import { type SoapSourceSettings } from './soap-source-settings.ts';

/** What the WSDL says of a message: names with their types, or with what they hold. */
export interface MessageShape {
  readonly [name: string]: string | MessageShape;
}

/** A call of a port: what goes in, and the name of the element that comes back. */
export interface WsdlCall {
  readonly input: MessageShape;
  readonly output: string;
}

type ByName<T> = Readonly<Record<string, T>>;
type Described = ByName<ByName<ByName<{ readonly input: MessageShape | null }>>>;
type Send = (args: unknown, callback: () => void) => void;

/** The part of the package's model of a WSDL that is used here; it has no types of its own. */
interface Model {
  readonly services: ByName<{
    readonly ports: ByName<{
      readonly binding: { readonly methods: ByName<{ readonly output?: { readonly $name?: string } }> };
    }>;
  }>;
}

const MAX_BYTES = 4 * 1024 * 1024;

/** One port of a WSDL that was read from a file. */
export class WsdlPort {
  readonly calls: ReadonlyMap<string, WsdlCall>;
  readonly #client: Client;
  readonly #sink: RequestSink;
  readonly #sends: ByName<Send>;

  private constructor(client: Client, sink: RequestSink, service: string, port: string) {
    const described = (client.describe() as Described)[service]?.[port] ?? {};
    const model = client.wsdl.definitions as unknown as Model;
    const methods = model.services[service]?.ports[port]?.binding.methods ?? {};
    const calls = Object.entries(described).map(([name, { input }]): [string, WsdlCall] => [
      name,
      { input: input ?? {}, output: methods[name]?.output?.$name ?? `${name}Response` },
    ]);
    this.calls = new Map(calls);
    this.#client = client;
    this.#sink = sink;
    this.#sends = (client[service] as ByName<ByName<Send>>)[port] ?? {};
  }

  /**
   * Reads the WSDL with the files that it includes; nothing is fetched.
   * @param security what goes into the header of every message
   * @throws FaultsError
   */
  static async open(settings: SoapSourceSettings, security: ISecurity | undefined): Promise<WsdlPort> {
    const sink = new RequestSink();
    const client = await readWsdl(settings, sink);
    if (security !== undefined) client.setSecurity(security);
    const described = client.describe() as Described;
    const service = chosen(settings, 'service', described);
    return new WsdlPort(client, sink, service, chosen(settings, 'port', described[service] ?? {}));
  }

  /** The message that makes the call. @param args by their names in the WSDL; their texts are escaped */
  compose(call: string, args: unknown): SoapMessage {
    this.#sends[call]?.(args, () => undefined);
    const message = this.#sink.take();
    // The client would keep them for whoever debugs it.
    delete this.#client.lastRequest;
    delete this.#client.lastMessage;
    if (message === undefined) throw new TypeError(`no message for ${call}`);
    return message;
  }
}

async function readWsdl(settings: SoapSourceSettings, sink: RequestSink): Promise<Client> {
  const { id, wsdl, url, soapVersion } = settings;
  try {
    if (readFileSync(wsdl).length > MAX_BYTES) throw new FaultsError([wsdlUnusable(id, '> 4 MiB')]);
    return await createClientAsync(wsdl, {
      disableCache: true,
      endpoint: url,
      forceSoap12Headers: soapVersion === '1.2',
      httpClient: sink as unknown as IHttpClient,
    });
  } catch (thrown) {
    if (thrown instanceof FaultsError) throw thrown;
    throw new FaultsError([wsdlUnusable(id, (thrown as NodeJS.ErrnoException).code ?? 'NO_WSDL')]);
  }
}

function chosen(settings: SoapSourceSettings, key: 'service' | 'port', found: ByName<unknown>): string {
  const names = Object.keys(found);
  const name = settings[key] ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined || !names.includes(name))
    throw new FaultsError([portUnknown(settings.id, key, names)]);
  return name;
}
