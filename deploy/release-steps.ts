import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface ReleaseStep {
  readonly command: readonly string[];
  /** It changes nothing but files of the output folder. */
  readonly isLocal: boolean;
}

interface Tools {
  readonly helm: string;
  readonly docker: string;
  readonly output: string;
}

/** @throws where package.json, the chart and CHANGELOG.md do not speak of the same version */
export function releaseSteps(root: string, { helm, docker, output }: Tools): ReleaseStep[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const chart = parse(read('deploy/helm/poe-proxy/Chart.yaml')) as Record<string, unknown>;
  for (const name of ['version', 'appVersion']) {
    if (chart[name] !== version) {
      throw new Error(`Chart.yaml: ${name} is ${String(chart[name])}, package.json has ${version}`);
    }
  }
  if (!read('CHANGELOG.md').includes(`\n## ${version}\n`)) {
    throw new Error(`CHANGELOG.md has no heading "## ${version}"`);
  }
  const { image } = parse(read('deploy/helm/poe-proxy/values.yaml')) as {
    image: { repository: string };
  };
  const tag = `${image.repository}:${version}`;
  const registry = `oci://${image.repository.replace(/\/[^/]*$/, '')}/charts`;
  return [
    { command: [helm, 'package', 'deploy/helm/poe-proxy', '--destination', output], isLocal: true },
    { command: [docker, 'build', '--target', 'runtime', '--tag', tag, '.'], isLocal: false },
    { command: [docker, 'push', tag], isLocal: false },
    { command: [helm, 'push', `${output}/poe-proxy-${version}.tgz`, registry], isLocal: false },
  ];
}
