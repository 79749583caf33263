import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { PartName, RequestTrace, SpanAttributes, TraceSpan } from './request-trace.ts';
import { writeTraceContext } from './trace-context.ts';

/** Spans of one request: its own, and one for each part below it. */
export class OtelRequestTrace implements RequestTrace {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #context: Context;

  constructor(tracer: Tracer, name: string, parent: Context, attributes: SpanAttributes) {
    this.#tracer = tracer;
    this.#span = tracer.startSpan(
      name,
      { kind: SpanKind.SERVER, attributes: known(attributes) },
      parent,
    );
    this.#context = trace.setSpan(ROOT_CONTEXT, this.#span);
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  get context(): string {
    return writeTraceContext(this.#span.spanContext());
  }

  start(part: PartName, attributes: SpanAttributes = {}): TraceSpan | undefined {
    // Also after its end, when a row of Poe's ledger is looked for in the background.
    if (!isSampled(this.#span)) return undefined;
    const kind = part === 'attempt' ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const options = { kind, attributes: known(attributes) };
    const span = this.#tracer.startSpan(part, options, this.#context);
    return {
      event: (name, details = {}) => {
        span.addEvent(name, known(details));
      },
      end: (details, errorType) => {
        if (span.isRecording()) finish(span, details, errorType);
      },
    };
  }

  end(attributes: SpanAttributes, errorType?: string): void {
    finish(this.#span, attributes, errorType);
  }
}

function isSampled(span: Span): boolean {
  return (span.spanContext().traceFlags & 1) === 1;
}

function finish(span: Span, attributes: SpanAttributes = {}, errorType?: string): void {
  span.setAttributes(known(attributes));
  if (errorType !== undefined) {
    span.setAttribute('error.type', errorType);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function known(attributes: SpanAttributes): Attributes {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}
