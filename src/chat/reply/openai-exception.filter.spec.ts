import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { expect, it, vi } from 'vitest';
import { loadConfig } from '../../config/load-config.ts';
import type { ModelsFileService } from '../../models/models-file.service.ts';
import { RequestFacts } from '../../observability/request-facts.ts';
import { OpenAiExceptionFilter } from './openai-exception.filter.ts';

/** What a client and the log get of something thrown. */
function fail(thrown: unknown, raw = { destroyed: false, headersSent: false }) {
  const { spending, server } = loadConfig({ POE_API_KEY: 'a-key' });
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const destroy = vi.fn();
  const send = vi.fn();
  const reply = { raw: { ...raw, destroy }, code: () => reply, headers: () => reply, send };
  const request = { facts: new RequestFacts('req_1'), method: 'GET', url: '/', headers: {} };
  const filter = new OpenAiExceptionFilter({} as ModelsFileService, spending, server, log);
  filter.catch(thrown, new ExecutionContextHost([request, reply]));
  return { log, destroy, send, request };
}

it('cuts an answer that has begun: an end would look like success', () => {
  const { destroy, send } = fail(new Error(), { destroyed: false, headersSent: true });
  expect(destroy).toHaveBeenCalled();
  expect(send).not.toHaveBeenCalled();
});

it('logs a fault of our own with its cause, and shows nothing of it', () => {
  const error = new Error('secret');
  const { log, send, request } = fail(error);
  expect(log.error).toHaveBeenCalledWith({ err: error, request_id: 'req_1' }, 'request failed');
  expect(JSON.stringify(send.mock.calls)).toMatch(/internal_error/);
  expect(JSON.stringify(send.mock.calls)).not.toMatch(/secret/);
  expect(request.facts.errorCode).toBe('internal_error');
});
