import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CHART } from '../../deploy/generated-files.ts';
import { isMissing } from '../support/is-missing.ts';
import type { Manifest } from './manifest.ts';

/** The versions that the chart is for, under the names that .ci/services gives them. */
export const HELMS = ['helm3', 'helm4'] as const;

export type Helm = (typeof HELMS)[number];

/** Values to render with: those of the chart alone, and those of its ci/ folder on top. */
export const VALUES = ['default', ...readdirSync(join(CHART, 'ci')).map(nameOfValues)];

/** @throws when tests may not be skipped for want of it */
export function isInstalled(tool: Helm | 'kubectl' | 'promtool' | 'prometheus'): boolean {
  const probe =
    tool === 'kubectl'
      ? ['version', '--client']
      : [tool.startsWith('helm') ? 'version' : '--version'];
  return spawnSync(tool, probe).status === 0 || isMissing(tool);
}

export interface Output {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runTool(tool: string, ...options: string[]): Output {
  const { status, stdout, stderr } = spawnSync(tool, options, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** `helm template` of a release called "poe-proxy" with a set of values and `--set` for each of `changes`. */
export function template(helm: Helm, values: string, ...changes: string[]): Output {
  const sets = changes.flatMap((change) => ['--set', change]);
  return runTool(helm, 'template', 'poe-proxy', CHART, ...valuesOption(values), ...sets);
}

/** What `helm template` writes, one by one. */
export function render(helm: Helm, values: string, ...changes: string[]): Manifest[] {
  const { status, stdout, stderr } = template(helm, values, ...changes);
  if (status !== 0) throw new Error(stderr);
  return parseManifests(stdout);
}

/** As Kubernetes reads them: 0440 is octal. */
export function parseManifests(text: string): Manifest[] {
  const all = parseAllDocuments(text, { version: '1.1' }).map(
    (document) => document.toJS() as Manifest | null,
  );
  return all.filter((manifest) => manifest !== null);
}

export function valuesOption(values: string): string[] {
  return values === 'default' ? [] : ['--values', join(CHART, 'ci', `${values}-values.yaml`)];
}

export function readChart(path: string): string {
  return readFileSync(join(CHART, path), 'utf8');
}

function nameOfValues(file: string): string {
  return file.replace('-values.yaml', '');
}
