// The import table of docs/architecture.md, enforced. Change it only together with a decision record.
const table = {
  http: ['gateway', 'agreement', 'audit', 'identity', 'privacy'],
  jobs: ['gateway', 'agreement', 'audit', 'evidence', 'identity', 'privacy', 'sources', 'notary'],
  cli: ['gateway', 'agreement', 'audit', 'evidence', 'identity', 'privacy', 'backup'],
  demo: ['gateway', 'agreement', 'audit', 'identity', 'sources'],
  gateway: ['agreement', 'audit', 'identity', 'privacy', 'sources'],
  privacy: ['agreement', 'audit', 'identity'],
  evidence: ['audit'],
  backup: ['audit', 'evidence', 'identity'],
  sources: ['agreement'],
  notary: ['audit'],
  monitoring: ['gateway', 'jobs', 'sources'],
  agreement: [],
  audit: [],
  identity: [],
  settings: [],
  shared: [],
};

const folderRules = Object.entries(table).map(([folder, allowed]) => {
  const own = [folder, 'shared', ...allowed].join('|');
  const extra = folder === 'cli' ? '|wiring\\.ts$' : '';
  return {
    name: `${folder}-imports`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: { path: '^src/', pathNot: `^src/((${own})/${extra})` },
  };
});

/** The files of the lower folders in which they state what they need stored. */
const storeInterfaces =
  '^src/(store|shared)/|^src/(agreement|audit|identity|privacy)/|^src/gateway/(commit/evidence-store|standing|register-change)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: 'store-imports',
      severity: 'error',
      from: { path: '^src/store/' },
      to: { path: '^src/', pathNot: storeInterfaces },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'express-only-in-http',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/http/' },
      to: { path: 'node_modules/(express|helmet|express-rate-limit)/' },
    },
    {
      name: 'knex-only-in-store-and-sql-sources',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(store|sources/sql)/' },
      to: { path: 'node_modules/(knex|better-sqlite3)/' },
    },
    {
      name: 'xml-only-in-soap',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http|sources)/soap/' },
      to: { path: 'node_modules/(soap|sax|axios|xml-crypto|xpath|@xmldom/[^/]+|fast-xml-parser|xml2js)/' },
    },
    {
      name: 'clients-of-services-only-in-sources',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sources/(http|rest)/' },
      to: { path: 'node_modules/(undici|oauth4webapi|json-p3)/' },
    },
    {
      name: 'csv-only-in-csv-sources',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/sources/csv/' },
      to: { path: 'node_modules/csv-parse/' },
    },
    {
      name: 'traces-loaded-only-where-they-are-wanted',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/monitoring/traces/otlp-tracer\\.ts$', dynamic: false },
    },
    {
      name: 'opentelemetry-only-where-traces-are-made',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/monitoring/traces/(otlp-tracer|telling-exporter)\\.ts$' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'not-to-dev-dependency',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['type-only'],
        pathNot: 'node_modules/@types/',
      },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'src-not-to-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
    exclude: { path: '^(dist|data|logs)/' },
  },
};
