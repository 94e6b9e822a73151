import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { readPasswordFile } from '../shared/password-file.ts';
import { parseYaml, schemaFaults, type YamlFile } from '../shared/yaml-file.ts';
import { missingSecrets } from './database-server.ts';
import { mergeSettings } from './defaults.ts';
import { type Environment, ENVIRONMENT, overridesFrom, unknownVariables } from './environment.ts';
import { operatorKeyPath } from './operator-key-path.ts';
import { expandPath, expandUrl, type Folders } from './placeholders.ts';
import { type Locate } from './locate.ts';
import { productionFaults } from './realm-rules.ts';
import { evidenceSettings } from './evidence-settings.ts';
import { runningSettings } from './running-settings.ts';
import { type Settings } from './settings.ts';
import { type SettingsFile, settingsSchema } from './settings-schema.ts';
import { expandSource } from './source-schema.ts';

const DEFAULT_FILE = 'config/gecit.yaml';

/**
 * Reads the settings file and the environment, which wins, once; relative paths stand on `root`.
 * @throws FaultsError with every fault of file and environment
 */
export function readSettings(environment: Environment, root: string): Settings {
  const yaml = readFile(settingsFile(environment), root);
  const overrides = overridesFrom(environment);
  const locate: Locate = (path) => {
    const variable = overrides.get(path.join('.'))?.variable;
    if (variable !== undefined) return { file: ENVIRONMENT, line: 0, key: variable };
    return { file: yaml.file, line: yaml.lineOf(path), key: path.join('.') };
  };
  const unknown = unknownVariables(environment);
  if (yaml.faults.length > 0) throw new FaultsError([...yaml.faults, ...unknown]);

  const content = mergeSettings(yaml.content, overrides);
  const parsed = settingsSchema.safeParse(content);
  if (!parsed.success) {
    const faults = schemaFaults({ ...yaml, content }, parsed.error, 'SETTING');
    throw new FaultsError([...faults.map((fault) => relocated(fault, locate)), ...unknown]);
  }
  const settings = resolved(parsed.data, environment, root);
  const faults = [
    ...productionFaults(settings, locate),
    ...missingSecrets(settings.sources, environment, locate),
    ...unknown,
  ];
  if (faults.length > 0) throw new FaultsError(faults);
  return frozen(settings);
}

/** Name of the settings file. Empty text counts as not set, as it does for every other variable. */
export function settingsFile(environment: Environment): string {
  const given = environment['GECIT_CONFIG'];
  return given === undefined || given === '' ? DEFAULT_FILE : given;
}

function readFile(name: string, root: string): YamlFile {
  try {
    return parseYaml(name, readFileSync(resolve(root, name), 'utf8'));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new FaultsError([
      {
        code: 'SETTINGS_FILE_UNREADABLE',
        file: name,
        line: 0,
        key: '',
        message: {
          tr: `ayar dosyası okunamıyor (${reason})`,
          en: `the settings file cannot be read (${reason})`,
        },
        remedy: {
          tr: 'Dosyayı yerine koyun veya GECIT_CONFIG ile yolunu gösterin.',
          en: 'Put the file in place or name its path with GECIT_CONFIG.',
        },
      },
    ]);
  }
}

function relocated(fault: Fault, locate: Locate): Fault {
  const place = locate(fault.key.split('.'));
  return place.file === ENVIRONMENT ? { ...fault, ...place } : fault;
}

function resolved(file: SettingsFile, environment: Environment, root: string): Settings {
  const named: Folders = {
    data: resolve(root, file.folders.data),
    certs: resolve(root, file.folders.certs),
    protocols: resolve(root, file.folders.protocols),
    logs: resolve(root, file.folders.logs),
  };
  const folders = { ...named, keys: expandPath(file.folders.keys, named, root) };
  const { realm } = file;
  const expand = (text: string): string => expandPath(text, folders, root);
  return {
    realm,
    gatewayName: file.gateway.name,
    node: file.gateway.node,
    timeZone: file.gateway.timeZone,
    folders,
    partner: {
      host: file.partner.host,
      port: file.partner.port,
      certificate: expand(file.partner.certificate),
      key: expand(file.partner.key),
      clientCa: expand(file.partner.clientCa),
    },
    ops: file.ops,
    console: file.console,
    operatorKey: operatorKeyPath(environment, realm, folders.data, root),
    databaseUrl: databaseUrlOf(file.database, expand, (url) => expandUrl(url, folders, root)),
    tokenSeconds: file.token.seconds,
    burst: file.burst,
    limits: file.limits,
    ...runningSettings(file),
    ...evidenceSettings(file, expand),
    backup: file.backup,
    sources: file.sources.map((source) => expandSource(source, { folders, root, environment })),
  };
}

function databaseUrlOf(
  { url, passwordFile }: SettingsFile['database'],
  expand: (path: string) => string,
  expandFile: (url: string) => string,
): string {
  if (url.startsWith('sqlite:')) return expandFile(url);
  if (passwordFile === undefined) return url;
  const complete = new URL(url);
  complete.password = encodeURIComponent(readPasswordFile(expand(passwordFile)));
  return complete.href;
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
