import { putIntoEnvironment } from '../../config/put-into-environment.ts';
import type { TracingConfig } from '../../config/tracing-config.ts';
import type { Log } from '../log.ts';
import type { Tracing } from './tracing.ts';

/** Undefined where no receiver is configured; its packages are loaded only where one is. */
export async function openTracing(
  config: TracingConfig,
  version: string,
  log: Log,
): Promise<Tracing | undefined> {
  if (!config.isOn) return undefined;
  putIntoEnvironment(config.variables);
  const { OtelTracing } = await import('./otel-tracing.ts');
  return new OtelTracing(config, version, log);
}
