import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { releaseSteps } from '../../deploy/release-steps.ts';
import { isInstalled, runTool } from './helm.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version, dependencies, devDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as Record<'dependencies' | 'devDependencies', Record<string, string>> & { version: string };

/** As much of the project as decides about its version. */
function copyWith(path: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-release-'));
  mkdirSync(join(folder, 'deploy/helm'), { recursive: true });
  for (const file of ['package.json', 'CHANGELOG.md', 'deploy/helm/poe-proxy']) {
    cpSync(join(root, file), join(folder, file), { recursive: true });
  }
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), 'utf8')));
  return folder;
}

const tools = { helm: 'helm', docker: 'docker', output: 'out' };

describe('a release', () => {
  it.skipIf(!isInstalled('helm4'))('is a dry run unless it is told to publish', () => {
    const output = mkdtempSync(join(tmpdir(), 'poe-proxy-release-'));
    const { status, stdout } = runTool(
      process.execPath,
      join(root, 'deploy/release.ts'),
      '--helm=helm4',
      '--docker=/nowhere/docker',
      `--output=${output}`,
    );
    expect(status).toBe(0);
    expect(stdout).toContain(
      `(dry run) /nowhere/docker push ghcr.io/poe-proxy/poe-proxy:${version}`,
    );
    const files = runTool('tar', '-tzf', join(output, `poe-proxy-${version}.tgz`)).stdout;
    expect(files).toContain('poe-proxy/files/models.yaml');
    expect(files).not.toContain('ci/');
    const sbom = JSON.parse(readFileSync(join(output, 'poe-proxy.cdx.json'), 'utf8')) as {
      bomFormat: string;
      metadata: { component: object };
      components: { name: string; version: string }[];
    };
    expect(sbom.bomFormat).toBe('CycloneDX');
    expect(sbom.metadata.component).toMatchObject({ name: 'poe-proxy', version });
    const found = Object.fromEntries(sbom.components.map((part) => [part.name, part.version]));
    expect(found).toMatchObject(dependencies);
    for (const name of ['vitest', 'prettier', 'kubernetes-models']) {
      expect(devDependencies).toHaveProperty(name);
      expect(found).not.toHaveProperty(name);
    }
    expect(existsSync('/nowhere')).toBe(false);
  });

  it.each([
    ['package.json', (text: string) => text.replace(version, '9.9.9'), 'package.json has 9.9.9'],
    [
      'deploy/helm/poe-proxy/Chart.yaml',
      (text: string) => text.replace(/^appVersion: .*$/m, "appVersion: '8'"),
      'appVersion is 8',
    ],
    [
      'CHANGELOG.md',
      (text: string) => text.replace(`## ${version}`, '## Soon'),
      'CHANGELOG.md has no heading',
    ],
  ])('is refused if %s has another version', (path, change, said) => {
    expect(releaseSteps(root, tools)).toHaveLength(4);
    expect(() => releaseSteps(copyWith(path, change), tools)).toThrow(said);
  });
});
