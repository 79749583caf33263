import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readSbom } from './read-sbom.ts';
import { releaseSteps } from './release-steps.ts';

// npm run release [-- --publish]: without it nothing leaves this machine, and no image is built.
const { values } = parseArgs({
  options: {
    publish: { type: 'boolean', default: false },
    helm: { type: 'string', default: 'helm' },
    docker: { type: 'string', default: 'docker' },
    output: { type: 'string', default: 'dist/release' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(values.output, { recursive: true });

for (const { command, isLocal } of releaseSteps(root, values)) {
  const isRun = isLocal || values.publish;
  console.log(`${isRun ? '$' : '(dry run)'} ${command.join(' ')}`);
  const [program = '', ...options] = command;
  if (isRun) execFileSync(program, options, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}
const sbom = `${values.output}/poe-proxy.cdx.json`;
writeFileSync(sbom, `${JSON.stringify(readSbom(root), null, 2)}\n`);
console.log(sbom);
