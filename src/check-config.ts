import { InvalidConfiguration } from './config/invalid-configuration.ts';
import { readEnvironment } from './config/read-environment.ts';
import { loadSettings } from './load-settings.ts';

/** `npm run check-config`: everything that could stop the start, without starting. */
try {
  loadSettings(readEnvironment());
  console.log('The environment and models.yaml are valid.');
} catch (error) {
  if (!(error instanceof InvalidConfiguration)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
