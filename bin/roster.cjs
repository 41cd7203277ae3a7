#!/usr/bin/env node
// CommonJS, because Node.js reads modules on the thread pool, whose size is fixed at its first use: room for bcrypt
// beside the disk and the resolver of names.
process.env.UV_THREADPOOL_SIZE ??= '8';
const { existsSync, readdirSync, stat } = require('node:fs');
const { constants, setPriority } = require('node:os');

// The threads of this process: Linux alone shows them as files, and gives each a priority of its own.
const THREADS = '/proc/self/task';
const others = new Set(threads());
if (others.size > 0) {
  // The pool comes into being with its first work. Where processors are short, bcrypt in it gives way to the thread that answers.
  stat(THREADS, () => {
    for (const thread of threads()) if (!others.has(thread)) lower(Number(thread));
  });
}
// V8 would let the heap grow to four times what lives in it before it looks through it all: 684 MiB for 119 in a first sync.
require('node:v8').setFlagsFromString('--heap-growing-percent=30');
if (existsSync(`${__dirname}/../dist/main.js`)) import('../dist/main.js');
else {
  process.stderr.write('Roster is not built yet: run npm start (or npm run build) first.\n');
  process.exitCode = 1;
}

function threads() {
  try {
    return readdirSync(THREADS);
  } catch {
    return [];
  }
}

function lower(thread) {
  try {
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended, or this may not be done here: then it competes like others.
  }
}
