import type { Config } from './config/config.ts';
import { Environment } from './config/environment.ts';
import { InvalidConfiguration } from './config/invalid-configuration.ts';
import { loadConfig } from './config/load-config.ts';
import type { RawEnvironment } from './config/read-environment.ts';
import { loadKeysFile } from './keys/load-keys-file.ts';
import { loadModelsFile } from './models/load-models-file.ts';

/**
 * The configuration, of an environment and of files that would let the gateway start.
 * @throws InvalidConfiguration with the problems of all at once
 */
export function loadSettings(environment: RawEnvironment): Config {
  const faults: InvalidConfiguration[] = [];
  const config = collect(faults, () => loadConfig(environment));
  collect(faults, () => loadModelsFile(Environment.from(environment, []).MODELS_FILE));
  // What its keys have to agree with is known only now.
  if (config) collect(faults, () => config.keys.file && loadKeysFile(config.keys.file, config));
  if (!config || faults.length > 0) throw InvalidConfiguration.join(faults);
  return config;
}

function collect<T>(faults: InvalidConfiguration[], load: () => T): T | undefined {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    faults.push(error);
    return undefined;
  }
}
