import { defineConfig } from 'vitest/config';

/** Tests against real directory servers that take longer than those of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/providers/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
