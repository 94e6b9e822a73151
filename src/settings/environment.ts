import { type Fault } from '../shared/fault.ts';

/** The variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where environment faults are said to stand. */
export const ENVIRONMENT = 'environment';

interface Variable {
  readonly path: readonly [string, ...string[]];
  readonly kind: 'text' | 'whole number';
}

const text = (...path: [string, ...string[]]): Variable => ({ path, kind: 'text' });
const wholeNumber = (...path: [string, ...string[]]): Variable => ({ path, kind: 'whole number' });

/** Every variable that overrides a key of the settings file. */
export const VARIABLES: Readonly<Record<string, Variable>> = {
  GECIT_REALM: text('realm'),
  GECIT_GATEWAY_NAME: text('gateway', 'name'),
  GECIT_NODE: text('gateway', 'node'),
  GECIT_TIME_ZONE: text('gateway', 'timeZone'),
  GECIT_DATA_DIR: text('folders', 'data'),
  GECIT_KEYS_DIR: text('folders', 'keys'),
  GECIT_CERTS_DIR: text('folders', 'certs'),
  GECIT_PROTOCOLS_DIR: text('folders', 'protocols'),
  GECIT_LOGS_DIR: text('folders', 'logs'),
  GECIT_PARTNER_HOST: text('partner', 'host'),
  GECIT_PARTNER_PORT: wholeNumber('partner', 'port'),
  GECIT_PARTNER_CERTIFICATE: text('partner', 'certificate'),
  GECIT_PARTNER_KEY: text('partner', 'key'),
  GECIT_PARTNER_CLIENT_CA: text('partner', 'clientCa'),
  GECIT_CONSOLE_PORT: wholeNumber('console', 'port'),
  GECIT_OPS_HOST: text('ops', 'host'),
  GECIT_OPS_PORT: wholeNumber('ops', 'port'),
  GECIT_DATABASE_URL: text('database', 'url'),
  GECIT_DATABASE_PASSWORD_FILE: text('database', 'passwordFile'),
  GECIT_TOKEN_SECONDS: wholeNumber('token', 'seconds'),
  GECIT_BURST_SIZE: wholeNumber('burst', 'size'),
  GECIT_BURST_PER_SECOND: wholeNumber('burst', 'perSecond'),
  GECIT_TIME_STAMP_AUTHORITY: text('timeStamps', 'authority'),
  GECIT_TIME_STAMP_ROOTS: text('timeStamps', 'roots'),
  GECIT_WITNESS_POLICY: text('witness', 'policy'),
  GECIT_WITNESS_LOGS: text('witness', 'logs'),
  GECIT_LOG_LEVEL: text('log', 'level'),
  GECIT_LOG_FORMAT: text('log', 'format'),
  GECIT_STEP_COSTS: text('monitoring', 'stepCosts'),
  GECIT_TRACES: text('telemetry', 'traces'),
  GECIT_TRACES_ENDPOINT: text('telemetry', 'endpoint'),
};

/** Variables that choose a file or hold a secret and override no key, and those that tests and scripts keep for themselves. */
const OTHER = /^GECIT_(CONFIG|OPERATOR_KEY|(SECRET|TEST)_[A-Z0-9_]+)$/;

/** The variables that are set, as values for the schema, by their dotted path. Empty text counts as not set. */
export function overridesFrom(
  environment: Environment,
): ReadonlyMap<string, { variable: string; value: unknown }> {
  const overrides = new Map<string, { variable: string; value: unknown }>();
  for (const [variable, { path, kind }] of Object.entries(VARIABLES)) {
    const given = environment[variable];
    if (given === undefined || given === '') continue;
    const value = kind === 'whole number' && /^-?[0-9]{1,15}$/.test(given) ? Number(given) : given;
    overrides.set(path.join('.'), { variable, value });
  }
  return overrides;
}

/** A misspelt variable would silently leave its default in force, so every unknown one is a fault. */
export function unknownVariables(environment: Environment): Fault[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('GECIT_') && !Object.hasOwn(VARIABLES, name) && !OTHER.test(name))
    .sort()
    .map((name) => ({
      code: 'SETTING_VARIABLE_UNKNOWN',
      file: ENVIRONMENT,
      line: 0,
      key: name,
      message: { tr: 'bilinmeyen bir ortam değişkeni', en: 'not a known environment variable' },
      remedy: {
        tr: 'Değişkeni kaldırın veya yazımını config/gecit.yaml içindeki adlara göre düzeltin.',
        en: 'Unset the variable or correct its spelling; config/gecit.yaml names every variable.',
      },
    }));
}
