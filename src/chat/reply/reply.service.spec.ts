import { Socket } from 'node:net';
import type { StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { NEVER, Subject } from 'rxjs';
import { afterEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../../config/load-config.ts';
import { catalogue } from '../../errors/catalogue.ts';
import { ANONYMOUS } from '../../keys/caller.ts';
import type { Drain } from '../../observability/drain.ts';
import { Metrics } from '../../observability/metrics.ts';
import { RequestFacts, type Ended } from '../../observability/request-facts.ts';
import { ChatAnswer } from '../chat-answer.ts';
import { ChatChunk } from '../chat-chunk.ts';
import type { Exchange } from '../exchange.ts';
import type { SettlementService } from '../settlement.service.ts';
import { FlowGate } from '../upstream/flow-gate.ts';
import { SlowReader } from './event-stream-body.ts';
import { ReplyService } from './reply.service.ts';
import { WaitingBytes } from './waiting-bytes.ts';

const metrics = new Metrics();
afterEach(() => {
  metrics.registry.resetMetrics();
});

/** A stream whose first chunk has been sent. */
async function stream() {
  const { server, stream: config } = loadConfig({ POE_API_KEY: 'a-key' });
  const facts = new RequestFacts('req_1');
  const settlement = {
    settle: (exchange: Exchange, outcome: Ended) => {
      exchange.facts.outcome = outcome;
    },
  } as unknown as SettlementService;
  const service = new ReplyService(
    settlement,
    new WaitingBytes(),
    { expired$: NEVER } as unknown as Drain,
    metrics,
    config,
    server,
  );
  const chunks$ = new Subject<ChatChunk>();
  const exchange = {
    request: { model: 'gpt' },
    stream: true,
    facts,
    gate: new FlowGate(),
    admission: { caller: ANONYMOUS },
  };
  const answer = new ChatAnswer(exchange as unknown as Exchange, chunks$);
  const raw = { setTimeout: vi.fn(), destroy: vi.fn() };
  const reply = {
    raw,
    header: vi.fn(),
    headers: vi.fn(),
    request: { method: 'POST', url: '/', raw: { socket: new Socket() } },
  };
  const file = service.toBody(answer, reply as unknown as FastifyReply);
  chunks$.next(ChatChunk.of({ content: 'a' }));
  const body = ((await file) as StreamableFile).getStream();
  body.on('error', () => undefined);
  body.resume();
  const ended = new Promise<void>((resolve) => body.once('close', resolve));
  return { body, chunks$, facts, raw, ended };
}

const ends = async () => (await metrics.streamEnds.get()).values.map(({ labels }) => labels.reason);

it('counts a reader that was too slow as that, and not as one that left', async () => {
  const { body, ended } = await stream();
  body.destroy(new SlowReader());
  await ended;
  expect(await ends()).toEqual(['slow_reader']);
});

it('counts one that left as abandoned', async () => {
  const { body, ended } = await stream();
  body.destroy();
  await ended;
  expect(await ends()).toEqual(['abandoned']);
});

it('notes the code of what ended a stream, for its line in the log', async () => {
  const { chunks$, facts, ended } = await stream();
  chunks$.error(catalogue.upstreamCutOff('broke'));
  await ended;
  expect(facts.errorCode).toBe('upstream_cut_off');
  expect(await ends()).toEqual(['failed']);
});
