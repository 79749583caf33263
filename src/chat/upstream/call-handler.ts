import type { Dispatcher } from 'undici';
import { clockOffset } from '../../poe/clock-offset.ts';
import type { ChatChunk } from '../chat-chunk.ts';
import type { FlowGate } from './flow-gate.ts';
import { recordChunk } from './record-chunk.ts';
import { createResponseReader, type ResponseReader } from './response-reader.ts';
import { MAY_BE_BILLED_AFTER_MS, type UpstreamCall } from './upstream-call.ts';
import { UpstreamError } from './upstream-error.ts';

type Controller = Dispatcher.DispatchController;

/** After the finish reason only usage and `[DONE]` are due; some bots forget both, and to hang up. */
const AFTER_FINISH_MS = 5000;
/** After the usage only `[DONE]` is due, which changes nothing for anybody. */
const AFTER_USAGE_MS = 250;
/** After `[DONE]` the end of the body is due; ending the connection ourselves would waste it. */
const AFTER_DONE_MS = 1000;

/** How long to wait, ms; 0 is without a limit. */
export interface Patience {
  readonly connectMs: number;
  /** From the sending of the request to the headers of the answer. */
  readonly headersMs: number;
}

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
  readonly #patience: Patience;
  readonly #sink: Sink;
  #controller: Controller | undefined;
  #reader: ResponseReader | undefined;
  /** Nobody is told anything more. */
  #over = false;
  /** The answer is complete: what of its body is still due may fail to come without harm. */
  #finished = false;
  /** Nothing more of the body is due. */
  #hasEnded = false;
  /** What is due next and may fail to come. */
  #timer: NodeJS.Timeout | undefined;

  constructor(call: UpstreamCall, gate: FlowGate, patience: Patience, sink: Sink) {
    this.#call = call;
    this.#gate = gate;
    this.#patience = patience;
    this.#sink = sink;
    const { connectMs } = patience;
    this.#expect(connectMs, () => {
      call.failedAtOnce = true;
      const message = `No connection to Poe within ${connectMs / 1000} s.`;
      this.#fail(new UpstreamError({ kind: 'network', status: 502, message }));
    });
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    // It was still queued in the pool when its client left.
    if (this.#over) {
      this.#hangUp();
      return;
    }
    this.#call.wasSent = true;
    this.#gate.attach(controller);
    const { headersMs } = this.#patience;
    this.#expect(headersMs, () => {
      this.#fail(UpstreamError.timeout(`Poe did not answer within ${headersMs / 1000} s.`));
    });
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    clearTimeout(this.#timer);
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
    this.#hasEnded = true;
    this.#guarded(() => {
      this.#reader?.end();
      if (this.#over) return;
      if (!this.#finished) throw UpstreamError.cut('Poe ended its answer before it was complete.');
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
    const call = this.#call;
    if (call.status !== undefined) {
      const message = `The connection to Poe broke in the middle of its answer (${code}).`;
      this.#fail(UpstreamError.cut(message, error));
      return;
    }
    const wasSent = this.#controller !== undefined;
    call.failedAtOnce = !wasSent || Date.now() - call.sentAt < MAY_BE_BILLED_AFTER_MS;
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
    recordChunk(this.#call, chunk);
    if (chunk.finishReason !== null || this.#finished) this.#expectEnd(chunk.usage);
    this.#sink.next(chunk);
  }

  #expectEnd(usage: unknown): void {
    const wasFinished = this.#finished;
    this.#finished = true;
    // An answer that is no stream says everything at its end.
    if (this.#hasEnded || (wasFinished && !usage)) return;
    this.#expect(usage ? AFTER_USAGE_MS : AFTER_FINISH_MS, () => {
      this.#complete();
    });
  }

  /** Tells the end at once, and gives the connection a moment to become reusable. */
  #complete(): void {
    if (this.#over) return;
    this.#over = true;
    this.#expect(AFTER_DONE_MS, () => {
      this.#hangUp();
    });
    this.#sink.settle();
  }

  #fail(error: UpstreamError): void {
    if (this.#over) return;
    this.#over = true;
    this.#hangUp();
    this.#sink.settle(error);
  }

  #expect(ms: number, otherwise: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = ms > 0 ? setTimeout(otherwise, ms).unref() : undefined;
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
      const beyond = () => UpstreamError.cut('Poe sent an answer beyond reason.', error);
      this.#fail(error instanceof UpstreamError ? error : beyond());
    }
  }
}
