import type { Environment } from './environment.ts';
import type { RawEnvironment } from './read-environment.ts';
import type { TracingConfig } from './tracing-config.ts';

const READ_BY_PACKAGES = /^OTEL_(?:SERVICE_NAME$|RESOURCE_ATTRIBUTES$|EXPORTER_OTLP_)/;

/** Off unless there is an endpoint. */
export function loadTracingConfig(env: Environment, settings: RawEnvironment): TracingConfig {
  const variables = Object.entries(settings).flatMap(([name, value]) =>
    READ_BY_PACKAGES.test(name) && value?.trim() ? [[name, value.trim()] as const] : [],
  );
  return {
    isOn: env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && env.OTEL_SDK_DISABLED === 'false',
    sampler: env.OTEL_TRACES_SAMPLER as TracingConfig['sampler'],
    samplerRatio: env.OTEL_TRACES_SAMPLER_ARG,
    batches: {
      maxQueueSize: env.OTEL_BSP_MAX_QUEUE_SIZE,
      maxExportBatchSize: env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
      scheduledDelayMillis: env.OTEL_BSP_SCHEDULE_DELAY,
      exportTimeoutMillis: env.OTEL_BSP_EXPORT_TIMEOUT,
    },
    variables: Object.fromEntries(variables),
  };
}
