import { defineConfig } from 'vitest/config';

/** Several processes under load. */
const HEAVY = [
  'test/deploy/*.e2e-spec.ts',
  'test/ledger/processes.e2e-spec.ts',
  'test/rolling/*.e2e-spec.ts',
  'test/shutdown-under-load.e2e-spec.ts',
  'test/teams/*.e2e-spec.ts',
];

export default defineConfig({
  test: {
    globalSetup: 'test/support/temporary-folder.ts',
    // Most of the time is spent waiting: four take 200 s on two cores where one took 470.
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // No measure of speed: a busy machine must not fail what is right.
          testTimeout: 30_000,
          include: [
            'src/**/*.spec.ts',
            'sandbox/**/*.spec.ts',
            'bench/**/*.spec.ts',
            'test/fuzz/*.spec.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e-spec.ts'],
          exclude: HEAVY,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'heavy',
          include: HEAVY,
          // One after the other, when the rest is done: each of them keeps both cores busy.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/**/*.spec.ts', 'src/**/*.fixture.ts'],
      thresholds: { lines: 90 },
    },
  },
});
