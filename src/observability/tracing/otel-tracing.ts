import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { OnApplicationShutdown } from '@nestjs/common';
import { ROOT_CONTEXT, trace, type Context, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { TracingConfig } from '../../config/tracing-config.ts';
import type { Log } from '../log.ts';
import { createSampler } from './create-sampler.ts';
import { OtelRequestTrace } from './otel-request-trace.ts';
import type { RequestTrace } from './request-trace.ts';
import { parseTraceContext } from './trace-context.ts';
import type { Tracing } from './tracing.ts';
import { WatchedExporter } from './watched-exporter.ts';

/** For what has not been sent at the end; a receiver that is there takes a fraction of it. */
const FLUSH_MS = 1000;

/**
 * OpenTelemetry's SDK, with what of it this gateway needs: spans are made where the work is done, and
 * nothing is patched. Spans are sent in the background; what is too much for the receiver is dropped.
 */
export class OtelTracing implements Tracing, OnApplicationShutdown {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  /** The exporter and the resource read what they need of OTEL_* in the environment by themselves. */
  constructor(config: TracingConfig, version: string, log: Log) {
    const exporter = new WatchedExporter(new OTLPTraceExporter(), log);
    this.#provider = new TracerProvider({
      resource: defaultResource()
        .merge(resourceFromAttributes({ 'service.name': 'poe-proxy', 'service.version': version }))
        .merge(
          detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }),
        ),
      sampler: createSampler(config),
      spanProcessors: [new BatchSpanProcessor({ exporter, ...config.batches })],
    });
    this.#tracer = this.#provider.getTracer('poe-proxy', version);
  }

  begin(method: string, route: string, headers: IncomingHttpHeaders): RequestTrace {
    const attributes = { 'http.request.method': method, 'http.route': route };
    return new OtelRequestTrace(this.#tracer, `${method} ${route}`, parentOf(headers), attributes);
  }

  /** After the drain: all requests have ended. */
  async onApplicationShutdown(): Promise<void> {
    const flushed = this.#provider.shutdown().catch(() => undefined);
    await Promise.race([flushed, sleep(FLUSH_MS, undefined, { ref: false })]);
  }
}

function parentOf({ traceparent }: IncomingHttpHeaders): Context {
  const caller = parseTraceContext(traceparent);
  return caller ? trace.setSpanContext(ROOT_CONTEXT, { ...caller, isRemote: true }) : ROOT_CONTEXT;
}
