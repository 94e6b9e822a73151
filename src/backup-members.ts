import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeJson } from './backup/archive-format.ts';
import { filesBelow } from './backup/snapshot-folder.ts';
import { type Environment, VARIABLES } from './settings/environment.ts';
import { type Settings } from './settings/settings.ts';

/** A member of an archive that is small enough for memory, or the file that it is. */
export type Content = { readonly bytes: Buffer } | { readonly file: string };

export interface Named {
  readonly name: string;
  readonly content: Content;
}

/** What the settings are read from. */
export interface SettingsSource {
  readonly file: string;
  readonly environment: Environment;
}

/** A secret within an address: between the name of the user and the host. */
const PASSWORD = /(:\/\/[^\s:@/'"]*:)[^\s@'"]+(@)/g;

/** Agreements with their decision tables, and the settings with the files that they name: nothing secret. */
export function plainMembers(settings: Settings, source: SettingsSource): Named[] {
  const { protocols } = settings.folders;
  const agreements = filesBelow(protocols).map((name) => ({
    name: `protocols/${name}`,
    content: { file: join(protocols, name) },
  }));
  return [...agreements, ...settingsMembers(settings, source)];
}

function settingsMembers({ witness, timeStamps }: Settings, { file, environment }: SettingsSource): Named[] {
  const named: readonly (readonly [string, string | null])[] = [
    ['witness.policy', witness.policy],
    ['witnessed.policy', witness.logs],
    ['tsa-roots.pem', timeStamps?.roots ?? null],
  ];
  return [
    { name: 'settings/gecit.yaml', content: { bytes: withoutPasswords(readFileSync(file, 'utf8')) } },
    { name: 'settings/environment.json', content: { bytes: encodeJson(variablesOf(environment)) } },
    ...named.flatMap(([name, path]) =>
      path !== null && existsSync(path) ? [{ name: `settings/${name}`, content: { file: path } }] : [],
    ),
  ];
}

function variablesOf(environment: Environment): Record<string, string> {
  const set = Object.keys(VARIABLES).flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, withoutPasswords(value).toString('utf8')]];
  });
  return Object.fromEntries(set) as Record<string, string>;
}

function withoutPasswords(text: string): Buffer {
  return Buffer.from(text.replaceAll(PASSWORD, '$1…$2'), 'utf8');
}

/** The certificates that the listener and the witness's client show, with their keys: where each lies, and its name in an archive. */
export function certificateFiles({ partner, witness }: Settings): (readonly [name: string, file: string])[] {
  const files: readonly (readonly [string, string | null])[] = [
    ['certs/partner.crt', partner.certificate],
    ['certs/partner.key', partner.key],
    ['certs/partner-ca.crt', partner.clientCa],
    ['certs/witness.crt', witness.certificate],
    ['certs/witness.key', witness.key],
    ['certs/witness-ca.crt', witness.ca],
  ];
  return files.flatMap(([name, file]) => (file === null ? [] : [[name, file] as const]));
}

/** Keys of the key folder, and those of the certificates. */
export function keyMembers(keys: ReadonlyMap<string, Buffer>, settings: Settings): Named[] {
  return [
    ...[...keys].map(([name, bytes]) => ({ name: `keys/${name}`, content: { bytes } })),
    ...certificateFiles(settings)
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => ({ name, content: { file } })),
  ];
}
