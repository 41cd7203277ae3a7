#!/usr/bin/env node
// CommonJS, because Node.js reads modules on the thread pool, whose size is fixed at its first use: room for bcrypt
// beside the disk and the resolver of names.
process.env.UV_THREADPOOL_SIZE ??= '8';
// V8 would let the heap grow to four times what lives in it before it looks through it all: 684 MiB for 119 in a first sync.
require('node:v8').setFlagsFromString('--heap-growing-percent=30');
if (require('node:fs').existsSync(`${__dirname}/../dist/main.js`)) import('../dist/main.js');
else {
  process.stderr.write('Roster is not built yet: run npm start (or npm run build) first.\n');
  process.exitCode = 1;
}
