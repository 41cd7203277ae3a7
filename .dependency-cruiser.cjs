// The architecture as rules: which folder may import which, each with its reason.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-imports-no-part',
      comment:
        'core is the directory itself; what serves, fills or runs it depends on core, never the other way.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'parts-do-not-meet',
      comment:
        'ldap-server, connector, authority and admin-http meet only in app.ts, so that each can be read and replaced alone.',
      severity: 'error',
      from: { path: '^src/(ldap-server|connector|authority|admin-http)/' },
      to: { path: '^src/', pathNot: '^src/(core|$1)/' },
    },
    {
      name: 'app-is-the-only-composer',
      comment: 'app.ts wires everything and knows neither the command line nor the process.',
      severity: 'error',
      from: { path: '^src/app(/|\\.ts$)' },
      to: { path: '^src/(cli/|main\\.ts)' },
    },
    {
      name: 'cli-enters-by-app',
      comment:
        'The command line reaches the parts through app.ts; from core it may use types, errors and configuration.',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: {
        path: '^src/',
        pathNot: '^src/(cli/|app\\.ts$|core/(access|model|config|directory|syntax|errors))',
      },
    },
    {
      name: 'storage-is-behind-its-port',
      comment:
        'Only app/ and the thread of a sync open a store; everybody else speaks to core/directory/store.ts.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/(core/storage/|app/(roster|ldap-worker-main)\\.ts$|sync-thread-main\\.ts$)',
      },
      to: { path: '^src/core/storage/' },
    },
    {
      name: 'database-drivers-only-in-storage',
      comment: 'A second dialect is paid for in one folder.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/core/storage/' },
      to: { path: 'node_modules/(typeorm|pg|better-sqlite3)/' },
    },
    {
      name: 'express-only-in-admin-http',
      comment: 'The web framework ends where the web surface ends.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/admin-http/' },
      to: { path: 'node_modules/express/' },
    },
    {
      name: 'pages-know-no-express',
      comment:
        'A page is a function of what is asked to what is shown; one file binds them to the web framework.',
      severity: 'error',
      from: { path: '^src/admin-http/(pages|views)/' },
      to: { path: 'node_modules/express/|^src/admin-http/(api|routes|server)' },
    },
    {
      name: 'prom-client-only-in-metrics',
      comment:
        'The parts tell what happens by narrow ports of their own; how it is counted is the business of one file.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/core/metrics/' },
      to: { path: 'node_modules/prom-client/' },
    },
    {
      name: 'ldapts-only-in-connector',
      comment: 'The LDAP client library serves the connector; the server speaks its own protocol code.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/connector/' },
      to: { path: 'node_modules/ldapts/' },
    },
    {
      name: 'ldapjs-never-in-src',
      comment: 'ldapjs is decommissioned; it is an independent peer for tests and benches.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/ldapjs/' },
    },
    {
      name: 'protocol-is-a-leaf',
      comment: 'ldap-server/protocol turns bytes into data and back; it does no I/O and knows no directory.',
      severity: 'error',
      from: { path: '^src/ldap-server/protocol/' },
      to: {
        path: '^src/|^(node:)?(net|tls|fs|fs/promises|dns|http|https|child_process|crypto)$',
        pathNot: '^src/(ldap-server/protocol/|core/syntax/)',
      },
    },
    {
      name: 'the-pure-middle-has-no-effects',
      comment:
        'Codec, matcher, planner, plan and model get clock, randomness, sockets and disk as arguments.',
      severity: 'error',
      from: { path: '^src/(core/(model|syntax)/|ldap-server/tree/|connector/(plan|guard|mapping|presets))' },
      to: {
        path: '^(node:)?(net|tls|fs|fs/promises|dns|http|https|child_process|os|process|timers|timers/promises)$',
      },
    },
    {
      name: 'sockets-only-in-server-files',
      comment:
        'TLS and TCP are opened only by the files named server or connection (and by the connector to its sources).',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '^src/((ldap-server|admin-http)/(server|connection|certificate|allow-list)|connector/)',
      },
      to: { path: '^(node:)?(tls|net)$' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle means that two files are one, or that something stands at the wrong depth.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
