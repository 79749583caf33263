import { requestBody } from '../request-body.ts';
import { Failing, type Group } from './group.ts';

/** Low enough for every contestant, so that all are asked the same. */
const STREAMS_PER_SECOND = 100;

/** How much later the first word of a stream comes than without anything in between. */
export const FIRST_TOKEN: Group = {
  name: 'first-token',
  needsProcess: false,
  async measure({ driver, upstream, contestant, isShort }) {
    await upstream.setPace(0);
    const body = requestBody(true);
    const options = {
      perSecond: STREAMS_PER_SECOND,
      warmUpMs: isShort ? 2000 : 5000,
      durationMs: isShort ? 3000 : 10_000,
    };
    const past = await driver.run('pace', { target: upstream.target, body, options });
    const through = await driver.run('pace', { target: contestant.target, body, options });
    if (through.failed > 0) throw new Failing(`${through.failed} streams failed`);
    return {
      'first-token-added-p50-ms': through.firstWordP50 - past.firstWordP50,
      'first-token-added-p99-ms': through.firstWordP99 - past.firstWordP99,
    };
  },
};
