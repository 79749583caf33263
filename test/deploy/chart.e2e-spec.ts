import { describe, expect, it } from 'vitest';
import { CHART } from '../../deploy/generated-files.ts';
import { HELMS, VALUES, isInstalled, render, runTool, template, valuesOption } from './helm.ts';
import { ofKind, podOf } from './manifest.ts';

describe.each(HELMS)('the chart with %s', (helm) => {
  describe.skipIf(!isInstalled(helm))('is', () => {
    it.each(VALUES)('valid with values "%s"', (values) => {
      const { status, stdout } = runTool(helm, 'lint', '--strict', CHART, ...valuesOption(values));
      expect(stdout).toContain('0 chart(s) failed');
      expect(status).toBe(0);
    });

    it.each([
      ['replicaCount=2', 'need PostgreSQL and Redis'],
      ['autoscaling.enabled=true', 'need PostgreSQL and Redis'],
      ['replicaCount=2,database.existingSecret=a', 'set database.url'],
      ['replicaCount=2,redis.url=redis://redis', 'set database.url'],
      ['poe.existingSecret=', "poe.existingSecret: name the Secret with Poe's key"],
      ['persistence.enabled=false', 'AUTH=keys needs keys'],
      ['config.CALL_TIMEOUT_SECONDS=700', 'shutdown.graceSeconds (630) must be longer'],
      ['config.PORT=80', 'config.PORT: another value of the chart sets this variable'],
      ['config.DATA_DIR=/tmp', 'config.DATA_DIR: another value'],
      ['config.DATABASE_URL=postgres://a', 'config.DATABASE_URL: this is a secret'],
      ['config.POE_API_KEY_FILE=/x', 'this is a secret'],
      ['config.POINTS_CUTOF=1', 'config.POINTS_CUTOF: the gateway has no such variable'],
      ['externalSecrets.enabled=true', 'externalSecrets.secretStoreRef.name'],
      ['httpRoute.enabled=true', 'httpRoute.parentRefs'],
      ['replicaCont=2', 'replicaCont'],
      ['database.url=mysql://a', 'database'],
      ['models=', ''],
    ])('refused, or not, and says why: %s', (changes, said) => {
      const { status, stderr } = template(helm, 'default', changes);
      expect(stderr).toContain(said);
      expect(status).toBe(said === '' ? 0 : 1);
    });
  });
});

describe.skipIf(!isInstalled('helm4'))('one pod', () => {
  const manifests = isInstalled('helm4') ? render('helm4', 'default') : [];

  it('keeps keys and ledger on a volume at DATA_DIR, which one pod has at a time', () => {
    const { deployment, pod, container } = podOf(manifests);
    expect(deployment.spec?.strategy?.type).toBe('Recreate');
    expect(environmentOf(container)).toMatchObject({ DATA_DIR: '/data', AUTH: 'keys' });
    expect(container.volumeMounts).toContainEqual({ name: 'data', mountPath: '/data' });
    const [claim] = ofKind(manifests, 'PersistentVolumeClaim');
    expect(pod.volumes).toContainEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: claim?.metadata?.name },
    });
    expect(claim?.metadata?.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
  });

  it('has no volume with PostgreSQL, and is replaced without a gap', () => {
    const with_ = render('helm4', 'default', 'database.existingSecret=postgres');
    const { deployment, container } = podOf(with_);
    expect(ofKind(with_, 'PersistentVolumeClaim')).toEqual([]);
    expect(environmentOf(container)).not.toHaveProperty('DATA_DIR');
    expect(deployment.spec?.strategy?.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
  });

  it('does not limit requests per address, which all users of an ingress share', () => {
    expect(environmentOf(podOf(manifests).container).RATE_LIMIT_REQUESTS).toBe('0');
  });

  it("streams only when asked to, as OpenAI's API does", () => {
    expect(modelsOf('default')).toContain('text_stream: false');
    expect(modelsOf('full')).toContain('text_stream: false');
    expect(modelsOf('default', 'models.defaults.text_stream=true')).toContain('text_stream: true');
  });
});

describe.skipIf(!isInstalled('helm4')).each(VALUES)('with values "%s"', (values) => {
  const manifests = isInstalled('helm4') ? render('helm4', values) : [];
  const full = values === 'full';

  it('the pod is restricted, and has no token', () => {
    const { pod, container } = podOf(manifests);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(ofKind(manifests, 'ServiceAccount')[0]?.automountServiceAccountToken).toBe(false);
    expect([pod.hostNetwork, pod.hostPID, pod.hostIPC]).toEqual([undefined, undefined, undefined]);
    const kinds = pod.volumes?.flatMap(({ name: _, ...volume }) => Object.keys(volume));
    expect(['configMap', 'projected', 'secret', 'persistentVolumeClaim', 'emptyDir']).toEqual(
      expect.arrayContaining(kinds ?? []),
    );
  });

  it('probes ask the public port, and the process alone decides about them', () => {
    const { container } = podOf(manifests);
    const paths = [container.startupProbe, container.livenessProbe, container.readinessProbe];
    expect(paths.map((probe) => probe?.httpGet?.port)).toEqual(['http', 'http', 'http']);
    expect(container.startupProbe?.httpGet?.path).toBe('/health/startup');
    expect(container.livenessProbe?.httpGet?.path).toBe('/health/live');
    expect(container.readinessProbe?.httpGet?.path).toBe('/health/ready');
    expect(container.lifecycle).toBeUndefined();
  });

  it('the pod may take as long to end as the gateway does', () => {
    const { pod, container } = podOf(manifests);
    const { SHUTDOWN_DELAY_SECONDS: delay, SHUTDOWN_GRACE_SECONDS: grace } =
      environmentOf(container);
    // The gateway gives its drain up 5 s after both.
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(Number(delay) + Number(grace) + 5);
    expect(Number(delay)).toBeGreaterThan(0);
    expect(Number(grace)).toBeGreaterThanOrEqual(630);
  });

  it('the pod asks for CPU and memory, and is limited in memory', () => {
    expect(podOf(manifests).container.resources).toEqual({
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { memory: '1Gi' },
    });
  });

  it('pods spread over zones and nodes, and maintenance takes one at a time', () => {
    const { pod, deployment } = podOf(manifests);
    const selector = deployment.spec?.selector;
    expect(
      pod.topologySpreadConstraints?.map((spread) => [spread.topologyKey, spread.labelSelector]),
    ).toEqual([
      ['topology.kubernetes.io/zone', selector],
      ['kubernetes.io/hostname', selector],
    ]);
    const [budget] = ofKind(manifests, 'PodDisruptionBudget');
    expect(budget?.spec).toMatchObject({ maxUnavailable: 1, selector });
  });

  it('selectors find the pod, and Services its ports', () => {
    const { deployment, container } = podOf(manifests);
    const labels = deployment.spec?.template.metadata?.labels;
    expect(labels).toMatchObject(deployment.spec?.selector.matchLabels ?? { none: '' });
    const ports = container.ports?.map(({ name }) => name);
    for (const service of ofKind(manifests, 'Service')) {
      expect(labels).toMatchObject(service.spec?.selector ?? { none: '' });
      expect(ports).toContain(service.spec?.ports?.[0]?.targetPort);
    }
  });

  it('the network policy lets in users, and monitoring to the management port', () => {
    const [policy] = ofKind(manifests, 'NetworkPolicy');
    expect(policy?.spec?.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(policy?.spec?.podSelector).toEqual(podOf(manifests).deployment.spec?.selector);
    const [users, monitoring] = policy?.spec?.ingress ?? [];
    expect(users?.ports).toEqual([{ port: 'http', protocol: 'TCP' }]);
    expect(users?.from?.length).toBe(full ? 1 : undefined);
    expect(monitoring?.ports).toEqual([{ port: 'management', protocol: 'TCP' }]);
    expect(monitoring?.from).toEqual([
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
    ]);
  });

  it('and out to names, to Poe, and to the stores there are', () => {
    const [policy] = ofKind(manifests, 'NetworkPolicy');
    const egress = policy?.spec?.egress ?? [];
    const ports = egress.map((rule) => rule.ports?.map(({ port }) => port));
    const stores: Record<string, number[][]> = {
      replicas: [[5432], [6379]],
      full: [[5433], [6380], [3128]],
    };
    expect(ports).toEqual([[53, 53], [443], ...(stores[values] ?? [])]);
    expect(egress[1]?.to?.[0]?.ipBlock?.except).toEqual(
      expect.arrayContaining(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16']),
    );
  });

  it('no secret is in a ConfigMap, a variable or an annotation', () => {
    const secrets = manifests.filter(({ kind }) => kind === 'Secret');
    const others = JSON.stringify(manifests.filter(({ kind }) => kind !== 'Secret'));
    expect(others).not.toContain('secret-of-');
    expect(JSON.stringify(secrets).match(/secret-of-\w+/g)).toEqual(
      full ? ['secret-of-postgres', 'secret-of-redis'] : null,
    );
  });

  it('every secret is mounted where its variable says', () => {
    const { pod, container } = podOf(manifests);
    const mount = container.volumeMounts?.find(({ name }) => name === 'secrets');
    const volume = pod.volumes?.find(({ name }) => name === 'secrets');
    const paths = volume?.projected?.sources?.map((source) => source.secret?.items?.[0]?.path);
    const variables = Object.entries(environmentOf(container)).filter(([, value]) =>
      value.startsWith('/run/secrets/'),
    );
    expect(variables).toEqual(
      paths?.map((path) => [`${path}_FILE`, `${mount?.mountPath}/${path}`]),
    );
    expect(paths).toContain(full ? 'POE_API_KEYS' : 'POE_API_KEY');
  });

  it('files that change are mounted as folders', () => {
    for (const { subPath } of podOf(manifests).container.volumeMounts ?? []) {
      expect(subPath).toBeUndefined();
    }
  });
});

describe.skipIf(!isInstalled('helm4'))('more', () => {
  it('scales by CPU and by requests in flight, and leaves the count to that', () => {
    const manifests = render('helm4', 'full');
    expect(podOf(manifests).deployment.spec).not.toHaveProperty('replicas');
    const metrics = ofKind(manifests, 'HorizontalPodAutoscaler')[0]?.spec.metrics ?? [];
    expect(metrics.map(({ resource, pods }) => resource?.name ?? pods?.metric.name)).toEqual([
      'cpu',
      'poe_proxy_inflight_requests',
    ]);
  });

  it.each([
    ['http://collector.observability:4318', 4318],
    ['https://collector.example.com/otlp', 443],
  ])('lets traces out to %s', (endpoint, port) => {
    const set = `config.OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`;
    const [policy] = ofKind(render('helm4', 'default', set), 'NetworkPolicy');
    expect(policy?.spec?.egress?.slice(2)).toEqual([{ ports: [{ port, protocol: 'TCP' }] }]);
  });

  it('takes a secret from the store where the store has it', () => {
    const { pod } = podOf(render('helm4', 'external-secrets', 'auth.existingSecret=mine'));
    const volume = pod.volumes?.find(({ name }) => name === 'secrets');
    expect(volume?.projected?.sources?.map((source) => source.secret?.name)).toEqual([
      'poe-proxy-external',
      'poe-proxy-external',
    ]);
  });

  it('rolls the pods when a URL changes, and not when models do', () => {
    const podWith = (...changes: string[]) =>
      JSON.stringify(podOf(render('helm4', 'full', ...changes)).deployment.spec);
    expect(podWith('redis.url=redis://another')).not.toBe(podWith());
    expect(podWith('models.defaults.text_max_tokens=1000')).toBe(podWith());
  });

  it('has an image of another registry, tag or digest', () => {
    const imageWith = (...changes: string[]) =>
      podOf(render('helm4', 'default', ...changes)).container.image;
    expect(imageWith()).toBe('ghcr.io/poe-proxy/poe-proxy:0.1.0');
    expect(imageWith('image.repository=a/b', 'image.tag=v2')).toBe('a/b:v2');
    expect(imageWith('image.digest=sha256:' + 'a'.repeat(64))).toMatch(/poe-proxy@sha256:a{64}$/);
  });
});

function environmentOf(container: ReturnType<typeof podOf>['container']): Record<string, string> {
  return Object.fromEntries(container.env?.map(({ name, value }) => [name, value ?? '']) ?? []);
}

function modelsOf(values: string, ...changes: string[]): string {
  const maps = ofKind(render('helm4', values, ...changes), 'ConfigMap');
  return maps.map(({ data }) => data?.['models.yaml'] ?? '').join('');
}
