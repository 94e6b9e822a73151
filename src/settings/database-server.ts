import { z } from 'zod';
import { type Fault } from '../shared/fault.ts';
import { readPasswordFile } from '../shared/password-file.ts';
import { isThisMachine } from '../shared/this-machine.ts';
import { type Environment } from './environment.ts';
import { type Surroundings } from './expand-source.ts';
import { expandPath, path } from './placeholders.ts';
import { type Locate } from './locate.ts';

/** The keys of a source that is a database server, beside its URL. */
export const serverKeys = {
  /** Holds the password on one line; readable by the gateway's user only. */
  passwordFile: path.optional(),
  /** Variable of the environment that holds it. */
  passwordVariable: z
    .string()
    .regex(/^GECIT_SECRET_[A-Z0-9_]{1,64}$/)
    .optional(),
  tls: z
    .strictObject({
      /** Absent: `verify`, and `off` where the server is this machine. */
      mode: z.enum(['verify', 'encrypt', 'off']).optional(),
      ca: path.optional(),
      certificate: path.optional(),
      key: path.optional(),
    })
    .optional(),
};

type ServerKeys = z.infer<z.ZodObject<typeof serverKeys>>;

/** A database server as its URL names it: `<scheme>://<user>@<host>:<port>/<database>`. */
export interface ServerUrl {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

export interface DatabaseServer extends ServerUrl {
  /** Reads the password anew each time; undefined: the server asks for none. @throws FaultsError */
  readonly password: (() => string) | undefined;
  readonly tls: {
    readonly mode: 'verify' | 'encrypt' | 'off';
    readonly ca?: string | undefined;
    readonly certificate?: string | undefined;
    readonly key?: string | undefined;
  };
}

/** Undefined for what is no such URL, and for one with a password or options. @param ports by scheme, where it names none */
export function parseServerUrl(text: string, ports: Readonly<Record<string, number>>): ServerUrl | undefined {
  const parts = /^([a-z]+):\/\/([^/?#@:]+)@(\[[\d:a-f]+\]|[\w.-]+)(?::(\d{1,5}))?\/([^/?#]+)$/i.exec(text);
  const [, scheme = '', user = '', host = '', port, database = ''] = parts ?? [];
  const usual = ports[scheme];
  if (parts === null || usual === undefined) return undefined;
  try {
    return {
      scheme,
      host: host.replace(/^\[|\]$/g, ''),
      port: port === undefined ? usual : Number(port),
      database: decodeURIComponent(database),
      user: decodeURIComponent(user),
    };
  } catch {
    return undefined;
  }
}

/** The server with absolute paths and its password. */
export function databaseServer(url: ServerUrl, keys: ServerKeys, surroundings: Surroundings): DatabaseServer {
  const { folders, root, environment } = surroundings;
  const { passwordFile, passwordVariable, tls = {} } = keys;
  const mode = tls.mode ?? (isThisMachine(url.host) ? 'off' : 'verify');
  const at = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : expandPath(text, folders, root);
  const file = at(passwordFile);
  const value = passwordVariable === undefined ? undefined : environment[passwordVariable];
  const ofFile = file === undefined ? undefined : (): string => readPasswordFile(file);
  return {
    ...url,
    password: value === undefined ? ofFile : () => value,
    tls: { mode, ca: at(tls.ca), certificate: at(tls.certificate), key: at(tls.key) },
  };
}

/** Sources whose password is to be in a variable that is not set. */
export function missingSecrets(
  sources: readonly object[],
  environment: Environment,
  locate: Locate,
): Fault[] {
  return sources.flatMap((source, place) => {
    const { passwordVariable: name } = source as { readonly passwordVariable?: string | undefined };
    if (name === undefined || (environment[name] ?? '') !== '') return [];
    return [
      {
        code: 'SETTING_SECRET_MISSING',
        ...locate(['sources', place, 'passwordVariable']),
        message: { tr: `${name} ortam değişkeni boş`, en: `the environment variable ${name} is not set` },
        remedy: {
          tr: 'Parolayı bu ortam değişkenine koyun veya passwordFile ile bir dosyadan okutun.',
          en: 'Put the password into this environment variable, or name a file with passwordFile.',
        },
      },
    ];
  });
}
