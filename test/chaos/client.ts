import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { judge, type Got, type Verdict } from './judge.ts';
import type { Plan } from './plan.ts';

/** Longer than any limit of the gateway under test: whoever waits so long hangs. */
const HANGS_MS = 30_000;
const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Follows one plan; resolves with what came of it. */
export async function runClient(url: string, plan: Plan): Promise<Verdict | 'left'> {
  const { promise, resolve } = Promise.withResolvers<Verdict | 'left'>();
  const call = request(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent,
  });
  const leave = () => {
    resolve('left');
    call.destroy();
  };
  const watchdog = setTimeout(() => {
    resolve({ problem: 'it hangs' });
    call.destroy();
  }, HANGS_MS);
  if (plan.leave === 'before-headers') setTimeout(leave, plan.leaveAfterMs);
  call.once('error', (error) => {
    resolve({ problem: `no answer: ${error.message}` });
  });
  call.once('response', (response) => {
    if (plan.leave === 'before-content') setTimeout(leave, plan.leaveAfterMs);
    if (plan.leave === 'mid-stream') {
      response.once('data', () => setTimeout(leave, plan.leaveAfterMs));
    }
    void read(response, plan.isSlow).then((got) => {
      try {
        resolve(judge(plan, got));
      } catch (error) {
        resolve({ problem: `unreadable: ${String(error)} in ${got.text.slice(0, 80)}` });
      }
    });
  });
  call.end(JSON.stringify(bodyOf(plan)));
  try {
    return await promise;
  } finally {
    clearTimeout(watchdog);
  }
}

async function read(response: IncomingMessage, isSlow: boolean): Promise<Got> {
  const pieces: Buffer[] = [];
  let isComplete = true;
  try {
    for await (const piece of response) {
      pieces.push(piece as Buffer);
      if (isSlow) await sleep(40);
    }
  } catch {
    isComplete = false;
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    text: Buffer.concat(pieces).toString('utf8'),
    isComplete: isComplete && response.complete,
  };
}

function bodyOf({ model, stream, tools, steps }: Plan): object {
  return {
    model,
    stream,
    ...(tools && { tools: TOOLS }),
    temperature: 0.5,
    messages: [{ role: 'user', content: `[[sandbox: ${steps}]]` }],
  };
}
