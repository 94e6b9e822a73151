/** A settings file as it is written, before the schema has looked at it. */
export type RawSettings = Readonly<Record<string, unknown>>;

/** The only defaults. A key that is absent here has none and must be set. */
const DEFAULTS = {
  realm: 'demo',
  gateway: { name: 'gecit.demo', node: 'node-1', timeZone: 'Europe/Istanbul' },
  folders: { data: 'data', keys: '{data}/keys', certs: 'certs', protocols: 'protocols', logs: 'logs' },
  partner: { host: '127.0.0.1', port: 8443 },
  console: { port: 9443 },
  ops: { host: '127.0.0.1', port: 9464 },
  database: { url: 'sqlite:{data}/gecit.db' },
  token: { seconds: 600 },
  burst: { size: 200, perSecond: 100 },
  limits: { bodyBytes: 16_384, exchanges: 2_000, exchangesPerAgency: 1_000, recordMilliseconds: 5_000 },
  log: { level: 'info', format: 'auto', fileMegabytes: 50, files: 10, syslog: { kind: 'none' } },
  monitoring: {
    leastMegabytes: 100,
    warnMegabytes: 1_024,
    leastInodes: 1_000,
    warnInodes: 10_000,
    certificateWarnDays: 30,
    stepCosts: 'none',
  },
  clock: { driftMilliseconds: 5_000, askSeconds: 10 },
  telemetry: { traces: 'none', sampleRatio: 0.01 },
  evidence: { checkpointSeconds: 1, signSeconds: 600, sealAt: '00:10' },
  timeStamps: { authority: 'none', at: '00:20', staleHours: 4 },
  witness: { pushSeconds: 600 },
  masterKey: { kind: 'file' },
  backup: { recipients: [], keysRecipients: [] },
  sources: [],
} as const satisfies RawSettings;

/** Only the demo realm makes its own certificates; every other realm names its files. */
const DEMO_PARTNER = {
  certificate: '{certs}/demo/server.crt',
  key: '{certs}/demo/server.key',
  clientCa: '{certs}/demo/ca.crt',
} as const;

/** Defaults under the file under the environment's values; `overrides` is keyed by dotted path. */
export function mergeSettings(file: unknown, overrides: ReadonlyMap<string, { value: unknown }>): unknown {
  if (file !== null && file !== undefined && !isMap(file)) return file;
  let merged = layer({}, file ?? {});
  for (const [path, { value }] of overrides) merged = layer(merged, nest(path.split('.'), value));
  const realm = merged['realm'] ?? DEFAULTS.realm;
  const base = realm === 'demo' ? layer(DEFAULTS, { partner: DEMO_PARTNER }) : DEFAULTS;
  return layer(base, merged);
}

function nest(path: readonly string[], value: unknown): RawSettings {
  const [key = '', ...rest] = path;
  return { [key]: rest.length === 0 ? value : nest(rest, value) };
}

/** `upper` wins; maps are merged, everything else is replaced. A section whose keys are all commented out is empty. */
function layer(lower: RawSettings, upper: RawSettings): RawSettings {
  const merged: Record<string, unknown> = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key];
    if (value === null) merged[key] = below;
    else merged[key] = isMap(value) && isMap(below) ? layer(below, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
