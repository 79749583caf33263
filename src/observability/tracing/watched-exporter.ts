import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../log.ts';

type Done = Parameters<SpanExporter['export']>[1];

/** Says in the log, once, that spans cannot be sent, and once that they can again. */
export class WatchedExporter implements SpanExporter {
  #isFailing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly log: Log,
  ) {}

  export(spans: ReadableSpan[], done: Done): void {
    this.exporter.export(spans, (result) => {
      this.#note(result.error);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  #note(error: Error | undefined): void {
    if (Boolean(error) === this.#isFailing) return;
    this.#isFailing = Boolean(error);
    if (!error) this.log.info({}, 'spans are sent again');
    // The message alone: an error of HTTP may carry the headers.
    else this.log.warn({ reason: error.message }, 'spans cannot be sent: they are dropped');
  }
}
