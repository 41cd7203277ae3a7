#!/usr/bin/env node
// CommonJS, because Node.js reads modules on the thread pool, whose size is fixed at its first use: room for bcrypt
// beside the disk and the resolver of names.
process.env.UV_THREADPOOL_SIZE ??= '8';
import('../dist/main.js');
