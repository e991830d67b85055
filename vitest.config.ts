import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/support/setup/closing-line.ts'],
    projects: [
      {
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        test: {
          name: 'simulator',
          include: ['test/simulator/**/*.test.ts'],
          setupFiles: ['test/simulator/setup.ts'],
          testTimeout: 600_000,
        },
      },
      {
        test: {
          name: 'redis',
          include: ['test/redis/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
          globalSetup: ['test/support/setup/queue-server.ts'],
          fileParallelism: false,
          maxConcurrency: 3,
        },
      },
      { test: { name: 'model', include: ['test/model/**/*.test.ts'], testTimeout: 120_000, fileParallelism: false } },
      {
        test: {
          name: 'compose',
          include: ['test/compose/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 300_000,
          globalSetup: ['test/support/setup/container-image.ts'],
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'finetune',
          include: ['test/finetune/**/*.test.ts'],
          testTimeout: 900_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
