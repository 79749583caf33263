import { findPinning } from './process/pinning.ts';
import { startDriver } from './process/start-driver.ts';
import { startUpstream } from './process/start-upstream.ts';
import type { Equipment } from './run-rounds.ts';

/** Starts what every measurement needs, and ends it whatever comes of it. */
export async function withEquipment(
  say: Equipment['say'],
  use: (equipment: Equipment) => Promise<void>,
  upstreamPort = 0,
): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Otherwise the processes started here would run on.
    process.once(signal, () => process.exit(1));
  }
  const pinning = findPinning();
  const upstream = await startUpstream(pinning, upstreamPort);
  const driver = startDriver(pinning);
  say(`upstream: ${upstream.url}; ${pinning.description}`);
  try {
    await use({ upstream, driver, pinning, say });
  } finally {
    driver.end();
    upstream.end();
  }
}
