import type { Dispatcher } from 'undici';
import { clockOffset } from '../../poe/clock-offset.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { FlowGate } from './flow-gate.ts';
import { createResponseReader, type ResponseReader } from './response-reader.ts';
import { MAY_BE_BILLED_AFTER_MS, type UpstreamCall } from './upstream-call.ts';
import { UpstreamError } from './upstream-error.ts';

type Controller = Dispatcher.DispatchController;

/** After the finish reason only usage and `[DONE]` are due; some bots forget both, and to hang up. */
const AFTER_FINISH_MS = 5000;
/** After `[DONE]` the end of the body is due; ending the connection ourselves would waste it. */
const AFTER_DONE_MS = 1000;

interface Sink {
  next(chunk: ChatChunk): void;
  skipped(): void;
  /** Called once, unless the call was aborted first. */
  settle(error?: UpstreamError): void;
}

/** Follows one call through undici: headers, body, end, and every way in which it can fail. */
export class CallHandler implements Dispatcher.DispatchHandler {
  readonly #call: UpstreamCall;
  readonly #gate: FlowGate;
  readonly #sink: Sink;
  #controller: Controller | undefined;
  #reader: ResponseReader | undefined;
  /** Nobody is told anything more. */
  #over = false;
  /** The answer is complete; its body may still have to end. */
  #finished = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(call: UpstreamCall, gate: FlowGate, sink: Sink) {
    this.#call = call;
    this.#gate = gate;
    this.#sink = sink;
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // It was still queued in the pool when its client left.
    if (this.#over) this.#hangUp();
    else this.#gate.attach(controller);
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    const call = this.#call;
    call.respondedAt = Date.now();
    call.status = status;
    call.clockOffsetMs = clockOffset(headers, call.respondedAt);
    if (typeof headers['x-request-id'] === 'string') call.requestId = headers['x-request-id'];
    this.#reader = createResponseReader(status, headers, {
      chunk: (chunk) => {
        this.#take(chunk);
      },
      skipped: () => {
        this.#sink.skipped();
      },
      done: () => {
        this.#complete();
      },
    });
  }

  onResponseData(_controller: Controller, bytes: Buffer): void {
    this.#guarded(() => this.#reader?.push(bytes));
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer);
    this.#guarded(() => {
      this.#reader?.end();
      if (this.#over) return;
      if (!this.#finished) throw cutOff('Poe ended its answer before it was complete.');
      this.#over = true;
      this.#sink.settle();
    });
  }

  onResponseError(_controller: Controller, error: Error): void {
    // Our own hanging up comes back as an error: Poe may well be at work, and bill it.
    if (this.#over) return;
    // Everything that matters had come.
    if (this.#finished) {
      this.#complete();
      return;
    }
    const code = (error as NodeJS.ErrnoException).code ?? error.name;
    if (this.#call.status !== undefined) {
      this.#fail(
        cutOff(`The connection to Poe broke in the middle of its answer (${code}).`, error),
      );
      return;
    }
    this.#call.failedAtOnce = Date.now() - this.#call.sentAt < MAY_BE_BILLED_AFTER_MS;
    const message = `The connection to Poe failed (${code}).`;
    this.#fail(new UpstreamError({ kind: 'network', status: 502, message }, { cause: error }));
  }

  /** The answer is not wanted any more. */
  abort(): void {
    if (this.#over) return;
    this.#over = true;
    this.#hangUp();
  }

  #take(chunk: ChatChunk): void {
    if (this.#over) return;
    const call = this.#call;
    call.contentLength += lengthOf(chunk);
    if (chunk.usage) {
      call.usage = {
        promptTokens: chunk.usage.prompt_tokens,
        completionTokens: chunk.usage.completion_tokens,
        reasoningTokens: chunk.usage.completion_tokens_details?.reasoning_tokens ?? 0,
      };
    }
    if (chunk.finishReason !== null) this.#finish();
    this.#sink.next(chunk);
  }

  /** The finish reason came: what is still due may fail to come without harm. */
  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#timer = setTimeout(() => {
      this.#complete();
    }, AFTER_FINISH_MS).unref();
  }

  /** Tells the end at once, and gives the connection a moment to become reusable. */
  #complete(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#hangUp();
    }, AFTER_DONE_MS).unref();
    this.#sink.settle();
  }

  #fail(error: UpstreamError): void {
    if (this.#over) return;
    this.#over = true;
    this.#hangUp();
    this.#sink.settle(error);
  }

  #hangUp(): void {
    clearTimeout(this.#timer);
    this.#controller?.abort(new Error('given up'));
  }

  /** Reading throws when the answer turns out to be a failure; nothing more of it is wanted then. */
  #guarded(read: () => void): void {
    if (this.#over) return;
    try {
      read();
    } catch (error) {
      this.#fail(
        error instanceof UpstreamError ? error : cutOff('Poe sent an answer beyond reason.', error),
      );
    }
  }
}

function lengthOf(chunk: ChatChunk): number {
  // Without the quotes.
  if (chunk.contentJson !== undefined) return chunk.contentJson.length - 2;
  const { delta } = chunk;
  const calls = delta.tool_calls ?? [];
  return calls.reduce(
    (sum, call) => sum + (call.function?.arguments?.length ?? 0),
    (delta.content?.length ?? 0) + (delta.reasoning_content?.length ?? 0),
  );
}

function cutOff(message: string, cause?: unknown): UpstreamError {
  return new UpstreamError({ kind: 'cut', status: 502, message }, { cause });
}
