import { defineConfig } from 'vitest/config';

/** For `npm run fuzz`: as long as FUZZ_SECONDS says, and its reports as they come. */
export default defineConfig({
  test: { include: ['test/fuzz/*.fuzz.ts'], disableConsoleIntercept: true },
});
