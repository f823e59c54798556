import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{contracts,functions,infra,ingest-node,local}/src/**/*.test.ts', 'ingest-node/fuzz/*.test.ts'],
        },
      },
      './edge/vitest.config.ts',
      './local/vitest.config.ts',
    ],
  },
});
