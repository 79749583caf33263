import { PARSING } from '../contestants/contestants.ts';
import { mainThreadMicros } from '../process/resources.ts';
import { conversationBody } from '../conversation-body.ts';
import type { Bench, Group, Values } from './group.ts';

const US_PER_MS = 1000;
const KNOWN = 3;

/**
 * CPU time of the event loop's thread for one request that carries a long conversation, of which
 * all but the last turn was sent before.
 */
export const CONVERSATION: Group = {
  name: 'conversation',
  needsProcess: true,
  only: [PARSING.name, 'nest', 'poe-proxy'],
  async measure(bench) {
    return {
      ...(await perRequest(bench, 'bench', 'conversation-kept-ms')),
      ...(await perRequest(bench, 'bench-clipped', 'conversation-clipped-ms')),
    };
  },
};

/** What is left of them without what parsing and printing the body takes. */
export function addedByConversation(
  inRound: Readonly<Record<string, Values>>,
  name: string,
): Values {
  const added = ['conversation-kept', 'conversation-clipped'].flatMap((figure) => {
    const [all, parsing] = [name, PARSING.name].map((of) => inRound[of]?.[`${figure}-ms`]);
    return all === undefined || parsing === undefined || name === PARSING.name
      ? []
      : [[`${figure}-added-ms`, all - parsing] as const];
  });
  return Object.fromEntries(added);
}

async function perRequest(bench: Bench, model: string, figure: string): Promise<Values> {
  const { driver, contestant, isShort, scale } = bench;
  const { pid, target } = contestant;
  if (pid === undefined) return {};
  const body = conversationBody(model);
  const count = isShort ? 30 : Math.ceil(120 * scale);
  const warm = KNOWN + count / 2;
  await driver.run('sequence', { target, body, options: { from: 0, count: warm } });
  const before = mainThreadMicros(pid);
  await driver.run('sequence', { target, body, options: { from: warm, count } });
  return { [figure]: (mainThreadMicros(pid) - before) / count / US_PER_MS };
}
