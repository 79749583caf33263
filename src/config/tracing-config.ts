/** Values of OTEL_TRACES_SAMPLER. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** Traces for a receiver of OpenTelemetry's protocol. */
export abstract class TracingConfig {
  abstract readonly isOn: boolean;
  abstract readonly sampler: (typeof SAMPLERS)[number];
  /** For samplers that take a share; 0 to 1. */
  abstract readonly samplerRatio: number;
  /** Spans that wait, and are sent together; what is beyond is dropped. */
  abstract readonly batches: {
    readonly maxQueueSize: number;
    readonly maxExportBatchSize: number;
    readonly scheduledDelayMillis: number;
    readonly exportTimeoutMillis: number;
  };
  /** Endpoint, headers, attributes and more, which the packages read by themselves. */
  abstract readonly variables: Readonly<Record<string, string>>;
}
