import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { HELMS, VALUES, isInstalled, render, runTool } from './helm.ts';
import type { Manifest } from './manifest.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

const PACKAGES: Readonly<Record<string, string>> = {
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const OPTIONS = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  module: 'nodenext',
  moduleDetection: 'force',
  target: 'es2024',
  types: [],
};

/** A constant of the manifest's type: what its kind has not, and what is of another type, is an error. */
function toLiteral(manifest: Manifest, index: number): string {
  const { apiVersion, kind } = manifest;
  const type = `${PACKAGES[apiVersion.split('/')[0] ?? ''] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
  return `export const m${index}: import('${type}').I${kind} = ${JSON.stringify(manifest)};\n`;
}

function check(manifests: readonly Manifest[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-types-'));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'manifests.ts'), manifests.map(toLiteral).join(''));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS }));
  return runTool(join(modules, '.bin/tsc'), '--project', folder).stdout;
}

describe.skipIf(!HELMS.every(isInstalled))('the types of Kubernetes', () => {
  it('fit every manifest', () => {
    const manifests = HELMS.flatMap((helm) => VALUES.flatMap((values) => render(helm, values)));
    expect(manifests.length).toBeGreaterThan(60);
    expect(check(manifests)).toBe('');
  });

  it('do not fit an unknown field, a wrong type, nor an unknown kind', () => {
    const [first] = render('helm4', 'default').filter(({ kind }) => kind === 'Deployment');
    if (!first) throw new Error('no Deployment');
    const { spec } = first as unknown as { spec: object };
    const said = check([
      { ...first, spec: { ...spec, replica: 3 } } as Manifest,
      { ...first, spec: { ...spec, replicas: '3' } } as Manifest,
      { ...first, kind: 'Deploy' },
    ]);
    expect(said.trim().split('\n')).toEqual([
      expect.stringContaining(`'"replica"' does not exist`),
      expect.stringContaining("'string' is not assignable to type 'number'"),
      expect.stringContaining("Cannot find module 'kubernetes-models/apps/v1/Deploy'"),
    ]);
  });
});
