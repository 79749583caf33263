import { requestBody } from '../request-body.ts';
import { addedLatency } from './added-latency.ts';
import type { Group } from './group.ts';
import { warmUp } from './warm-up.ts';

/** Low enough for every contestant, so that all are asked the same. */
const STREAMS_PER_SECOND = 100;

/** How much later the first word of a stream comes than without anything in between. */
export const FIRST_TOKEN: Group = {
  name: 'first-token',
  needsProcess: false,
  async measure(bench) {
    await bench.upstream.setPace(0);
    await warmUp(bench, requestBody(true), 32);
    await bench.driver.stop();
    const added = await addedLatency(bench, requestBody(true), {
      perSecond: STREAMS_PER_SECOND,
      warmUpMs: bench.isShort ? 500 : 1000 * bench.scale,
      durationMs: bench.isShort ? 3000 : 10_000 * bench.scale,
    });
    return {
      'first-token-added-p50-ms': added.firstWordP50,
      'first-token-added-p99-ms': added.firstWordP99,
      'foreign-cores-first-token': added.foreignCores,
    };
  },
};
