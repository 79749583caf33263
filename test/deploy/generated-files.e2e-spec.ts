import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chartFiles, kustomizeFiles, type GeneratedFiles } from '../../deploy/generated-files.ts';
import { valuesTable } from '../../deploy/values-table.ts';
import { HELMS, isInstalled, parseManifests, runTool } from './helm.ts';
import { podOf } from './manifest.ts';

const deploy = new URL('../../deploy/', import.meta.url);

function expectUpToDate(files: GeneratedFiles): void {
  for (const [path, text] of Object.entries(files)) {
    const found = readFileSync(new URL(path, deploy), 'utf8');
    expect(found === text, `deploy/${path} is up to date (else: npm run deploy:update)`).toBe(true);
  }
}

describe('what is made of other files', () => {
  it("is up to date: the chart's table of values and its models", async () => {
    expectUpToDate(await chartFiles());
  });

  it.each(HELMS)('is up to date: what kubectl applies, by %s', (helm) => {
    if (isInstalled(helm)) expectUpToDate(kustomizeFiles(helm));
  });
});

describe('the table of values', () => {
  it('has a row for each value with a comment, and for those within', () => {
    const text = '# One\na: 1\nb:\n  # Two,\n  # on two lines\n  c: {}\n  # Three\n  d: [x]\n';
    expect(valuesTable(text).split('\n').slice(2)).toEqual([
      '| `a` | `1` | One |',
      '| `b.c` | `{}` | Two, on two lines |',
      '| `b.d` | `["x"]` | Three |',
    ]);
  });

  it('does not take a value that says nothing of itself', () => {
    expect(() => valuesTable('# One\na: 1\nb: 2\n')).toThrow('b has no comment');
  });
});

describe.skipIf(!isInstalled('kubectl')).each(['single', 'replicas'])('kustomize/%s', (name) => {
  const { stdout, stderr } = runTool(
    'kubectl',
    'kustomize',
    fileURLToPath(new URL(`kustomize/${name}`, deploy)),
  );
  const manifests = parseManifests(stdout);

  it('is built, in a namespace whose pods are restricted', () => {
    expect(stderr).toBe('');
    const [namespace] = manifests;
    expect(namespace?.metadata.labels).toEqual({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
    for (const { kind, metadata } of manifests.slice(1)) {
      expect({ kind, ...metadata }).toMatchObject({ kind, namespace: namespace?.metadata.name });
    }
  });

  it('has as many pods as it says, and nothing of Helm', () => {
    expect(podOf(manifests).deployment.spec?.replicas).toBe(name === 'single' ? 1 : 3);
    expect(stdout).not.toMatch(/helm/i);
  });
});
