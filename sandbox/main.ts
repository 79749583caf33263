import process from 'node:process';

import { optionsFromEnvironment } from './options-from-environment.ts';
import { startSandbox } from './start-sandbox.ts';

try {
  const options = optionsFromEnvironment(process.env);
  const sandbox = await startSandbox(options);
  process.stdout.write(`${sandbox.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void sandbox.close();
    });
  }
} catch (error) {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
