import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Fault, FaultsError } from '../shared/fault.ts';
import { parseYaml, schemaFaults, type YamlFile } from '../shared/yaml-file.ts';
import { mergeSettings } from './defaults.ts';
import { type Environment, ENVIRONMENT, overridesFrom, unknownVariables } from './environment.ts';
import { operatorKeyPath } from './operator-key-path.ts';
import { expandPath, expandUrl, type Folders } from './placeholders.ts';
import { type Locate, productionFaults } from './realm-rules.ts';
import { evidenceSettings } from './evidence-settings.ts';
import { type Settings } from './settings.ts';
import { type SettingsFile, settingsSchema } from './settings-schema.ts';

const DEFAULT_FILE = 'config/gecit.yaml';
/** Where balancers are listed; where nobody takes the node out, nobody need be waited for. */
const DRAIN_SECONDS = 5;

/**
 * Reads the settings file and the environment, which wins, once; relative paths stand on `root`.
 * @throws FaultsError with every fault of file and environment
 */
export function readSettings(environment: Environment, root: string): Settings {
  const yaml = readFile(settingsFile(environment), root);
  const overrides = overridesFrom(environment);
  const locate: Locate = (path) => {
    // A fault in an item of a list belongs to the variable that gave the list.
    const given = overrides.get(path.join('.')) ?? overrides.get(path.slice(0, -1).join('.'));
    const variable = given?.variable;
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
  const faults = [...productionFaults(settings, locate), ...unknown];
  if (faults.length > 0) throw new FaultsError(faults);
  return frozen(settings);
}

/** Empty text counts as not set, as it does for every other variable. */
function settingsFile(environment: Environment): string {
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
  const folders: Folders = {
    data: resolve(root, file.folders.data),
    certs: resolve(root, file.folders.certs),
    protocols: resolve(root, file.folders.protocols),
    logs: resolve(root, file.folders.logs),
  };
  const { realm } = file;
  const expand = (text: string): string => expandPath(text, folders, root);
  return {
    realm,
    gatewayName: file.gateway.name,
    node: file.gateway.node,
    timeZone: file.gateway.timeZone,
    folders,
    partner: partnerSettings(file, expand),
    ops: file.ops,
    console: file.console,
    operatorKey: operatorKeyPath(environment, realm, folders.data, root),
    databaseUrl: expandUrl(file.database.url, folders, root),
    tokenSeconds: file.token.seconds,
    burst: file.burst,
    limits: file.limits,
    log: { level: file.log.level, format: logFormat(file) },
    ...evidenceSettings(file, expand),
    sources: file.sources.map((source) => ({ ...source, url: expandUrl(source.url, folders, root) })),
  };
}

function partnerSettings({ partner }: SettingsFile, expand: (text: string) => string): Settings['partner'] {
  const { certificate, key, clientCa, crl, balancers, drainSeconds } = partner;
  return {
    ...partner,
    certificate: expand(certificate),
    key: expand(key),
    clientCa: expand(clientCa),
    crl: crl === undefined ? null : expand(crl),
    drainSeconds: drainSeconds ?? (balancers.length > 0 ? DRAIN_SECONDS : 0),
  };
}

function logFormat({ realm, log }: SettingsFile): 'json' | 'pretty' {
  if (log.format !== 'auto') return log.format;
  return realm === 'production' ? 'json' : 'pretty';
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}
