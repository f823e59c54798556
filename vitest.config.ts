import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const UNIT = {
  environment: 'node',
  // Many wait for media that comes as fast as it is shown: one more than there are cores. The edge's have the same.
  maxWorkers: availableParallelism() + 1,
  // They wait for events, however long those take on a busy machine.
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...UNIT,
          name: 'unit',
          include: ['{contracts,functions,infra,local}/src/**/*.test.ts'],
          // Whoever has imported the SDKs once need not do it again. No file here mocks a module or fakes timers.
          isolate: false,
        },
      },
      {
        test: {
          ...UNIT,
          name: 'isolated',
          include: [
            'ingest-node/src/**/*.test.ts',
            'ingest-node/fuzz/*.test.ts',
            'ingest-node/image/*.test.ts',
            // They fake timers, which the edge's own tests share with everything that runs in their workerd.
            'edge/src/**/*.unit.test.ts',
          ],
        },
      },
      './edge/vitest.config.ts',
      './local/vitest.config.ts',
    ],
  },
});
