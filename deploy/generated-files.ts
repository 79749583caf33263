import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { parseAllDocuments, type Document } from 'yaml';
import { dashboard } from './dashboard.ts';
import { valuesTable } from './values-table.ts';

/** Files that are made of others, by their paths under deploy/. */
export type GeneratedFiles = Readonly<Record<string, string>>;

export const CHART = fileURLToPath(new URL('helm/poe-proxy', import.meta.url));

const HELMS_OWN = [
  ['annotations', 'helm.sh/resource-policy'],
  ['labels', 'helm.sh/chart'],
  ['labels', 'app.kubernetes.io/managed-by'],
] as const;

interface Manifest {
  readonly metadata: { readonly annotations?: Record<string, string> };
}

const TABLE = /(?<=<!-- values, by npm run deploy:update -->\n)[^]*?(?=<!-- end of values -->)/;

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** The chart's dashboard, models.yaml and names of variables, and the table of its README. */
export async function chartFiles(): Promise<GeneratedFiles> {
  const readme = read('helm/poe-proxy/README.md');
  const table = await format(valuesTable(read('helm/poe-proxy/values.yaml')), {
    parser: 'markdown',
  });
  return {
    'helm/poe-proxy/files/dashboard.json': `${JSON.stringify(dashboard(), null, 2)}\n`,
    'helm/poe-proxy/files/variables.txt': variables(read('../.env.example')),
    'helm/poe-proxy/files/models.yaml': read('../models.yaml').replace(
      'text_stream: true',
      'text_stream: false',
    ),
    'helm/poe-proxy/README.md': readme.replace(TABLE, () => `\n${table}\n`),
  };
}

/** .env.example has every variable, which a test of its own sees to. */
function variables(example: string): string {
  const names = [...example.matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name = '']) => name);
  // Of OpenTelemetry's there are more than the gateway's own.
  const own = names.filter((name) => !name.startsWith('OTEL_'));
  return `${own.sort().join('\n')}\n`;
}

/** What `kubectl apply -k` takes: the chart as `helm`, a binary of Helm 3 or 4, renders it. */
export function kustomizeFiles(helm: string): GeneratedFiles {
  const render = (...options: string[]) => {
    const text = execFileSync(helm, ['template', 'poe-proxy', CHART, ...options], {
      encoding: 'utf8',
    });
    return parseAllDocuments(text, { version: '1.1' }).map(withoutHelm).join('');
  };
  return {
    'kustomize/single/poe-proxy.yaml': render(),
    'kustomize/replicas/poe-proxy.yaml': render(
      '--values',
      fileURLToPath(new URL('kustomize/replicas/values.yaml', import.meta.url)),
    ),
  };
}

function withoutHelm(document: Document): string {
  document.commentBefore = null;
  for (const [map, name] of HELMS_OWN) {
    if (document.hasIn(['metadata', map, name])) document.deleteIn(['metadata', map, name]);
  }
  if (Object.keys((document.toJS() as Manifest).metadata.annotations ?? { one: '' }).length === 0) {
    document.deleteIn(['metadata', 'annotations']);
  }
  return `---\n${document.toString({ lineWidth: 0, directives: false })}`;
}
