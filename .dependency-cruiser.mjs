/**
 * The layers of docs/architecture.md, lowest first. A folder may import itself and what stands
 * before it; folders of one level do not import each other. Entry files in src/ may import all.
 */
const LEVELS = [
  ['config', 'errors'],
  ['openapi'],
  ['observability'],
  ['store'],
  ['tokens', 'poe'],
  ['models'],
  ['usage', 'keys'],
  ['ledger'],
  ['guards'],
  ['chat', 'admin', 'cli'],
  ['server'],
];

/** Files that import OpenTelemetry's packages. */
const WITH_OPENTELEMETRY =
  '^src/observability/tracing/(?:otel-[a-z-]+|create-sampler|watched-exporter)\\.ts$';

const anyOf = (names) => `^src/(?:${names.join('|')})/`;

const arrowsPointDown = LEVELS.flatMap((names, level) =>
  names.map((name) => ({
    name: `layers-${name}`,
    comment: `src/${name} may import only itself and lower layers (see docs/architecture.md)`,
    severity: 'error',
    from: { path: `^src/${name}/` },
    to: {
      path: '^src/',
      pathNot: anyOf([name, ...LEVELS.slice(0, level).flat()]),
    },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    ...arrowsPointDown,
    {
      name: 'every-folder-has-a-level',
      comment: 'A new folder in src/ needs its place in LEVELS.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: anyOf(LEVELS.flat()) },
      to: {},
    },
    {
      name: 'sandbox-stands-alone',
      comment: 'The simulator shares nothing with the gateway it tests, or both would err alike.',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(src|test|bench|deploy)/' },
    },
    {
      name: 'source-does-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|sandbox|bench|deploy)/' },
    },
    {
      name: 'bench-measures-from-outside',
      comment: 'What is measured runs in a process of its own, as it was built.',
      severity: 'error',
      from: { path: '^bench/' },
      to: { path: '^(src|sandbox)/' },
    },
    {
      name: 'tracing-is-loaded-where-it-is-wanted',
      comment:
        "Without a receiver OpenTelemetry's packages would cost start and memory for nothing.",
      severity: 'error',
      from: { path: '^src/', pathNot: [WITH_OPENTELEMETRY, '\\.spec\\.ts$'] },
      to: { path: ['node_modules/@opentelemetry/', WITH_OPENTELEMETRY], dynamic: false },
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(spec|fixture)\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
