import { setImmediate as yieldToTimers } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { captureCorpus } from './corpus.ts';
import { TARGETS } from './targets.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 3600);
/** To see a failure again: its target, seed and path. */
const { FUZZ_TARGET: only, FUZZ_SEED: seed, FUZZ_PATH: path } = process.env;

const ROUND_MS = 10_000;
/** Cases between two looks at the clock. */
const BATCH = 200;

/**
 * Targets in turn, each line begun before its cases are: of one that hangs the seed is known. What
 * was found belongs into a test beside the code, as a case of its own.
 */
it(
  `fuzzes for ${SECONDS} s`,
  async () => {
    const corpus = await captureCorpus();
    const targets = new Map(
      TARGETS.filter(({ name }) => only === undefined || name === only).map(
        ({ name, property }) => [name, property(corpus)],
      ),
    );
    const totals = new Map<string, number>();
    const failures: string[] = [];
    const end = performance.now() + SECONDS * 1000;
    while (performance.now() < end && targets.size > 0) {
      for (const [name, property] of targets) {
        const failure = await round(name, property, Math.min(end, performance.now() + ROUND_MS));
        if (failure === undefined) continue;
        failures.push(failure);
        // It would be found again and again.
        targets.delete(name);
      }
    }
    console.log('cases:', Object.fromEntries(totals));
    expect(failures).toEqual([]);

    async function round(name: string, property: fc.IRawProperty<unknown>, until: number) {
      const startedAt = performance.now();
      let runs = 0;
      do {
        const batchSeed = seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(seed);
        // Timers of what was tested fire here and nowhere else.
        await yieldToTimers();
        if (runs === 0) process.stdout.write(`${name} from seed ${batchSeed}: `);
        const result = await fc.check(property, {
          seed: batchSeed,
          ...(path !== undefined && { path }),
          numRuns: BATCH,
        });
        runs += result.numRuns;
        totals.set(name, (totals.get(name) ?? 0) + result.numRuns);
        if (result.failed) {
          const report = `${fc.defaultReportMessage(result)}\n${String(result.errorInstance)}`;
          console.log(
            `\nFUZZ_TARGET=${name} FUZZ_SEED=${result.seed} FUZZ_PATH=${result.counterexamplePath}`,
          );
          console.log(report);
          return `${name}: ${report}`;
        }
      } while (performance.now() < until && seed === undefined);
      const perSecond = Math.round((runs * 1000) / (performance.now() - startedAt));
      console.log(`${runs} cases, ${perSecond} a second`);
      return undefined;
    }
  },
  2 ** 31 - 1,
);
