import { defineConfig } from 'vitest/config';

/** Whole-way tests: real processes, real sockets, a real browser. One at a time, for there are few cores. */
export default defineConfig({
  test: {
    name: 'whole-way',
    environment: 'node',
    include: ['e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
