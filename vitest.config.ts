import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They have a command of their own, test:providers.
    exclude: ['test/providers/**', 'node_modules/**'],
    pool: 'forks',
    // Many tests wait for programs, so that two at a time are right for two cores and for one.
    maxWorkers: 2,
    // Files of one worker share what they import: no module keeps anything between two files.
    isolate: false,
    // What was built is run as it is.
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes when it comes, on a crowded machine too.
    expect: { poll: { timeout: 20_000 } },
  },
});
