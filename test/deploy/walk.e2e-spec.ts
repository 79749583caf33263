import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHART } from '../../deploy/generated-files.ts';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { environmentFor, run, urlsOf, type Process } from '../support/run-gateway.ts';
import { isInstalled, parseManifests } from './helm.ts';
import type { Manifest } from './manifest.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const KEY = '0123456789abcdef0123456789abcdef';

/** Everything of docs/kubernetes.md that a reader would paste, in order, as one script each. */
const blocks = [
  ...readFileSync(join(root, 'docs/kubernetes.md'), 'utf8').matchAll(/```sh\n([^]*?)```/g),
].map(([, block = '']) => block);

/**
 * What stands in for a cluster: `install` and `upgrade` render, `create` and `apply` show what they
 * would send. What needs a real one is noted, and does nothing. What `openssl` makes is known to the gateway.
 */
const STAND_INS = {
  helm: `case "$1" in
  install | upgrade) shift; echo ---; exec "$HELM" template "$@" ;;
  template) exec "$HELM" "$@" ;;
  *) echo "helm $1" >>"$NOTED" ;;
esac`,
  kubectl: `case "$1 $2" in
  "create "*) echo ---; exec "$KUBECTL" "$@" --dry-run=client --output yaml ;;
  "apply -k") echo ---; exec "$KUBECTL" kustomize "$3" ;;
  "apply -f") echo ---; cat "$3" ;;
  *) echo "kubectl $1" >>"$NOTED" ;;
esac`,
  openssl: `echo ${KEY}`,
  curl: `exec "$CURL" "\${@//http:\\/\\/localhost:8080/$GATEWAY}"`,
};

const canRun = isInstalled('helm4') && isInstalled('kubectl');

describe.skipIf(!canRun)("a newcomer's walk through docs/kubernetes.md", () => {
  const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-walk-'));
  let sandbox: Sandbox;
  let gateway: Process;
  let outputs: string[];
  let noted: string[];

  beforeAll(async () => {
    sandbox = await startSandbox();
    gateway = run('main.js', {
      ...environmentFor(sandbox.url),
      MODELS_FILE: join(CHART, 'files/models.yaml'),
      PROXY_API_KEYS: `me:${KEY}`,
    });
    const { url } = await urlsOf(gateway);
    symlinkSync(join(root, 'deploy'), join(folder, 'deploy'));
    mkdirSync(join(folder, 'bin'));
    for (const [name, script] of Object.entries(STAND_INS)) {
      writeFileSync(join(folder, 'bin', name), `#!/bin/bash\n${script}\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    const where = (tool: string) =>
      execFileSync('bash', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
    const environment = {
      HOME: folder,
      PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
      HELM: where('helm4'),
      KUBECTL: where('kubectl'),
      CURL: where('curl'),
      NOTED: join(folder, 'noted'),
      GATEWAY: url,
      POE_API_KEY: 'sandbox-key',
    };
    const separator = '=== next block ===';
    const script = blocks.join(`\necho '${separator}'\n`);
    // The sandbox answers meanwhile, in this process.
    const bash = spawn('bash', ['-euo', 'pipefail'], { cwd: folder, env: environment });
    bash.stdin.end(script);
    const [stdout, stderr, [status]] = await Promise.all([
      text(bash.stdout),
      text(bash.stderr),
      once(bash, 'close') as Promise<[number | null]>,
    ]);
    expect([stderr, status]).toEqual(['', 0]);
    outputs = stdout.split(`${separator}\n`);
    noted = readFileSync(environment.NOTED, 'utf8').trim().split('\n');
  });
  afterAll(async () => {
    gateway.child.kill('SIGKILL');
    await gateway.exit;
    await sandbox.close();
  });

  const sentBy = (what: string): Manifest[] => {
    const index = blocks.findIndex((block) => block.includes(what));
    return parseManifests(outputs[index] ?? '');
  };
  const kindsOf = (manifests: readonly Manifest[]) => manifests.map(({ kind }) => kind);

  it('needs a cluster for nothing but looking, forwarding, restarting and going back', () => {
    expect(new Set(noted)).toEqual(
      new Set([
        'kubectl label',
        'kubectl rollout',
        'kubectl port-forward',
        'kubectl logs',
        'helm rollback',
        'helm uninstall',
      ]),
    );
  });

  it('installs one pod with a volume and a Secret that has what it mounts', () => {
    const manifests = sentBy('helm install');
    expect(kindsOf(manifests)).toEqual(
      expect.arrayContaining(['Namespace', 'Secret', 'PersistentVolumeClaim', 'Deployment']),
    );
    const secret = manifests.find(({ kind }) => kind === 'Secret') as unknown as { data: object };
    expect(Object.keys(secret.data)).toEqual(['POE_API_KEY', 'PROXY_API_KEYS']);
  });

  it('gets answers', () => {
    const [ready, models, answer] = (outputs[1] ?? '').replaceAll('}{', '}\n{').split('\n');
    expect(ready).toBe('{"status":"ready"}');
    expect(models).toContain('"id":"GPT-5.4-Mini"');
    expect(JSON.parse(answer ?? '')).toMatchObject({ object: 'chat.completion' });
  });

  it('goes on to several pods, and to the same without Helm', () => {
    const replicasOf = (manifests: Manifest[]) =>
      manifests.filter(({ kind }) => kind === 'Deployment') as unknown as [
        { spec: { replicas: number } },
      ];
    expect(replicasOf(sentBy('replicaCount: 3'))[0].spec.replicas).toBe(3);
    expect(replicasOf(sentBy('apply -k'))[0].spec.replicas).toBe(3);
  });

  it('changes models, secrets, ingress, network and scaling', () => {
    const models = sentBy('models-values.yaml').find(({ kind }) => kind === 'ConfigMap');
    expect(JSON.stringify(models)).toContain('Claude-Haiku-4.5');
    expect(kindsOf(sentBy('external-values.yaml'))).toContain('ExternalSecret');
    expect(kindsOf(sentBy('ingress-values.yaml'))).toContain('Ingress');
    expect(JSON.stringify(sentBy('alb-values.yaml'))).toContain('idle_timeout.timeout_seconds=630');
    expect(kindsOf(sentBy('cilium.yaml'))).toContain('CiliumNetworkPolicy');
    expect(kindsOf(sentBy('cilium.yaml'))).not.toContain('NetworkPolicy');
    expect(kindsOf(sentBy('autoscaling.enabled'))).toContain('HorizontalPodAutoscaler');
  });

  it('ends with monitoring', () => {
    expect(kindsOf(sentBy('monitoring-values.yaml'))).toEqual(
      expect.arrayContaining(['ServiceMonitor', 'PrometheusRule']),
    );
  });
});
