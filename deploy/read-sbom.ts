import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
}

interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly metadata: { readonly component: object };
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { version: string; dev?: boolean; optional?: boolean; devOptional?: boolean }>
  >;
}

/** What the image has of npm, as CycloneDX: package-lock.json without what is only for development. */
export function readSbom(root: string): Sbom {
  const options = ['--sbom-format=cyclonedx', '--package-lock-only', '--loglevel=error'];
  const text = execFileSync('npm', ['sbom', ...options], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const sbom = JSON.parse(text) as Sbom;
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  // npm's own --omit=dev leaves out what the image has, if something of development needs it too.
  const shipped = new Set(
    Object.entries(packages)
      .filter(([, { dev, optional, devOptional }]) => !(dev ?? optional ?? devOptional))
      .map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`),
  );
  const components = sbom.components.filter((component) => shipped.has(component['bom-ref']));
  const isKept = (ref: string) => !left.has(ref);
  const left = new Set(sbom.components.map((component) => component['bom-ref']));
  for (const component of components) left.delete(component['bom-ref']);
  return {
    ...sbom,
    components,
    dependencies: sbom.dependencies
      .filter(({ ref }) => isKept(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isKept) })),
    // npm takes the folder's name.
    metadata: {
      ...sbom.metadata,
      component: { ...sbom.metadata.component, name: 'poe-proxy', type: 'application' },
    },
  };
}
