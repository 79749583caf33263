import { brotliCompressSync } from 'node:zlib';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { errorJson } from '../errors/error-body.ts';
import type { PoeError } from '../errors/poe-error.ts';
import { openEntry } from './open-entry.ts';
import { commonHeaders } from './response-headers.ts';
import type { SandboxState } from './sandbox-state.ts';

/** Answers anything but chat: one JSON object, or an error. */
export function plainReply(
  state: SandboxState,
  request: FastifyRequest,
  reply: FastifyReply,
  answer: object | PoeError,
): FastifyReply {
  const entry = openEntry(state, request);
  const callNumber = state.nextNumber();
  const traceHash = state.random.hex(32, 'trace', callNumber);
  const isError = isPoeError(answer);
  const status = isError ? answer.status : 200;
  const json = JSON.stringify(isError ? errorOf(answer, traceHash) : answer);
  entry.status = status;
  entry.outcome = 'completed';
  void reply.code(status).headers(
    commonHeaders({
      random: state.random,
      callNumber,
      traceHash,
      arrivedAt: entry.receivedAt + state.options.clockSkewMs,
      now: state.now(),
    }),
  );
  if (isError) void reply.headers(answer.headers ?? {});
  void reply.type('application/json; charset=utf-8');
  if (isError || !acceptsBrotli(request)) return reply.send(json);
  return reply.header('content-encoding', 'br').send(brotliCompressSync(json));
}

function isPoeError(answer: object): answer is PoeError {
  return 'status' in answer && 'body' in answer;
}

function errorOf(error: PoeError, traceHash: string): object {
  return 'html' in error.body ? error.body : errorJson(error.body, error.status, traceHash);
}

function acceptsBrotli(request: FastifyRequest): boolean {
  return /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
}
