import { readFileSync } from 'node:fs';
import { Environment } from './config/environment.ts';
import { InvalidConfiguration } from './config/invalid-configuration.ts';
import { loadConfig } from './config/load-config.ts';
import { readEnvironment } from './config/read-environment.ts';
import { parseModelsFile } from './models/parse-models-file.ts';

/** `npm run check-config`: everything that could stop the start, without starting. */
const environment = readEnvironment();
const faults = [checkEnvironment(), checkModels(Environment.from(environment, []).MODELS_FILE)];
const found = faults.filter((fault) => fault !== undefined);
for (const fault of found) console.error(fault);
if (found.length > 0) process.exitCode = 1;
else console.log('The environment and models.yaml are valid.');

function checkEnvironment(): string | undefined {
  try {
    loadConfig(environment);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidConfiguration) return error.message;
    throw error;
  }
}

function checkModels(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return new InvalidConfiguration(file, ['cannot be read: set MODELS_FILE']).message;
  }
  const parsed = parseModelsFile(text);
  return Array.isArray(parsed) ? new InvalidConfiguration(file, parsed).message : undefined;
}
