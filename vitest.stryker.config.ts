import { defineConfig } from 'vitest/config';

/** For mutation testing: only the specs beside the code that is mutated, and nothing from a cache. */
export default defineConfig({
  test: {
    include: ['src/chat/**/*.spec.ts', 'src/usage/**/*.spec.ts'],
    fsModuleCache: false,
  },
});
