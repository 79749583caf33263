import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { captureCorpus, type Corpus } from './corpus.ts';
import { TARGETS } from './targets.ts';

/** A glance at what `npm run fuzz` looks at for an hour. */
const RUNS = 150;

describe('whatever comes', () => {
  let corpus: Corpus;
  beforeAll(async () => {
    corpus = await captureCorpus();
  }, 30_000);

  it.each(TARGETS)(
    'holds: $name',
    async ({ property }) => {
      await fc.assert(property(corpus), { numRuns: RUNS });
    },
    30_000,
  );
});
