import type { Latencies } from '../driver/protocol.ts';
import { inQuiet } from './in-quiet.ts';
import { Failing, type Bench } from './group.ts';

export interface Arrivals {
  readonly perSecond: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

export interface AddedLatency extends Omit<Latencies, 'failed'> {
  readonly foreignCores: number;
}

/**
 * Times through the contestant less those past it, at the same pace.
 * @throws Failing if it did not answer everything
 */
export async function addedLatency(
  bench: Bench,
  body: string,
  options: Arrivals,
): Promise<AddedLatency> {
  const { driver, upstream, contestant } = bench;
  return await inQuiet(bench, async () => {
    const past = await driver.run('pace', { target: upstream.target, body, options });
    const through = await driver.run('pace', { target: contestant.target, body, options });
    if (through.failed > 0) throw new Failing(`${through.failed} paced requests failed`);
    return {
      p50: through.p50 - past.p50,
      p99: through.p99 - past.p99,
      firstWordP50: through.firstWordP50 - past.firstWordP50,
      firstWordP99: through.firstWordP99 - past.firstWordP99,
    };
  });
}
