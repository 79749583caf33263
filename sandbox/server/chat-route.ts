import type { FastifyReply, FastifyRequest } from 'fastify';

import { isJsonObject } from '../json.ts';
import { play } from '../wire/play.ts';
import { Wire } from '../wire/wire.ts';
import { ChatCall } from './chat-call.ts';
import { openEntry } from './open-entry.ts';
import { planReply } from './plan-reply.ts';
import type { SandboxState } from './sandbox-state.ts';

/** `POST /v1/chat/completions`, written to the socket itself: scenarios need every byte. */
export async function answerChat(
  state: SandboxState,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.hijack();
  const entry = openEntry(state, request);
  if (isJsonObject(entry.body)) {
    if (typeof entry.body.model === 'string') entry.model = entry.body.model;
    entry.stream = entry.body.stream === true;
  }
  const call = new ChatCall(state, entry);
  reply.raw.once('close', () => {
    call.onClosed();
  });
  const wire = new Wire(reply.raw, request.headers['accept-encoding']);
  try {
    const plan = planReply(state, call);
    call.begin(plan);
    await play(plan, wire, call);
  } catch (error) {
    // A fault of the simulator: nobody may take it for a scenario.
    console.error('sandbox: internal error', error);
    reply.raw.destroy();
  }
}
