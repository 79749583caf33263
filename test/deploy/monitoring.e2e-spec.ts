import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../sandbox/start-sandbox.ts';
import { ask, chat } from '../support/chat.ts';
import { startGateway, type Gateway } from '../support/start-gateway.ts';
import { isInstalled, readChart, render, runTool } from './helm.ts';
import { Prometheus } from './prometheus.ts';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook_url: string };
}

const RELEASE = { job: 'poe-proxy-management', namespace: 'llm' };
const RUNBOOK = 'https://example.com/runbook.md';
const SET = ['prometheusRule.enabled=true', `prometheusRule.runbookUrl=${RUNBOOK}`];

/** What a gateway that nothing is wrong with has no series of. */
const QUIET = [
  'poe_proxy_budget_used_ratio',
  'poe_proxy_breaker_open',
  'poe_proxy_fallbacks_total',
  'poe_proxy_reconciliation_difference_points',
  'poe_proxy_redis_up',
  'poe_proxy_repairs_total',
  'poe_proxy_shed_requests_total',
  'poe_proxy_throttled_total',
  // Of requests that failed.
  'error_type=~',
];

const rules = isInstalled('helm4') ? rulesOf(...SET) : [];
const queries = queriesOf(readChart('files/dashboard.json'));

describe.skipIf(!isInstalled('helm4') || !isInstalled('promtool'))('the alerts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'poe-proxy-rules-'));
  const file = join(folder, 'rules.yaml');
  const cases = fileURLToPath(new URL('alerts.test.yaml', import.meta.url));

  beforeAll(() => {
    writeFileSync(file, stringify({ groups: [{ name: 'poe-proxy', rules }] }));
    copyFileSync(cases, join(folder, 'cases.yaml'));
  });

  it('are valid', () => {
    const { status, stdout, stderr } = runTool('promtool', 'check', 'rules', file);
    expect(stdout + stderr).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(status).toBe(0);
  });

  it('fire for their causes, and only for them', () => {
    const { status, stdout, stderr } = runTool(
      'promtool',
      'test',
      'rules',
      join(folder, 'cases.yaml'),
    );
    expect(stdout + stderr).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it('are all among those that are made to fire', () => {
    const { tests } = parse(readFileSync(cases, 'utf8')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
    };
    const names = rules.map(({ alert }) => alert);
    const [quiet, loud] = tests.map((test) => test.alert_rule_test);
    expect(quiet?.map(({ alertname }) => alertname)).toEqual(names);
    expect(quiet?.filter((test) => test.exp_alerts)).toEqual([]);
    expect(loud?.map(({ alertname }) => alertname)).toEqual(names);
    expect(loud?.filter((test) => !test.exp_alerts)).toEqual([]);
  });

  it('are explained where they link to, and nothing else is', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const sections = [...runbook.matchAll(/^## (\w+)\n([^]*?)(?=^## |$(?![^]))/gm)];
    expect(sections.map(([, name]) => name)).toEqual(rules.map(({ alert }) => alert));
    for (const [, name, text] of sections) {
      expect(text, name).toMatch(/\*\*Means\.\*\*[^]*\*\*Look at\.\*\*[^]*\*\*Do\.\*\*/);
    }
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook_url).toBe(`${RUNBOOK}#${alert.toLowerCase()}`);
    }
  });

  it('follow the values', () => {
    const text = JSON.stringify(
      rulesOf(...SET, 'config.POINTS_CUTOFF=3000000', 'prometheusRule.errorPercent=20'),
    );
    expect(text).toContain('- 3000000)');
    expect(text).toContain('> 20 / 100');
  });
});

describe.skipIf(!isInstalled('helm4') || !isInstalled('prometheus'))(
  'a gateway and Prometheus',
  () => {
    let sandbox: Sandbox;
    let gateway: Gateway;
    let prometheus: Prometheus;

    beforeAll(async () => {
      sandbox = await startSandbox();
      gateway = await startGateway(sandbox.url, {
        DATA_DIR: mkdtempSync(join(tmpdir(), 'poe-proxy-metrics-')),
      });
      const target = gateway.managementUrl.replace('http://', '');
      prometheus = await Prometheus.start(target, { ...RELEASE, pod: 'a' });
    });
    afterAll(async () => {
      await prometheus.stop();
      await gateway.close();
      await sandbox.close();
    });

    it('understand each other', async () => {
      await prometheus.wait('up == 1');
      expect((await prometheus.query('up'))[0]?.metric).toMatchObject({ ...RELEASE, pod: 'a' });
    });

    it('have every metric that an alert or the dashboard names', async () => {
      const text = await (await fetch(`${gateway.managementUrl}/metrics`)).text();
      const known = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
      const named = new Set([...rules.map(({ expr }) => expr), ...queries].flatMap(metricsOf));
      expect(named.size).toBeGreaterThan(20);
      expect([...named].filter((name) => !known.includes(name))).toEqual(['up']);
    });

    it('answer every query of the dashboard', async () => {
      const empty: string[] = [];
      await chat(gateway.url, ask('ok'));
      await chat(gateway.url, ask('ok', { stream: false }));
      // A rate is of two values.
      await prometheus.wait('count_over_time(poe_proxy_points_total[1m]) > 2');
      for (const query of queries) {
        const found = await prometheus.query(query);
        if (found.length === 0) empty.push(query);
      }
      expect(empty.filter((query) => !QUIET.some((name) => query.includes(name)))).toEqual([]);
    });

    it('see nothing wrong', async () => {
      for (const { alert, expr } of rules) {
        // The sandbox's account is spent in hours at the rate of a test.
        if (alert === 'PoeProxyBalanceRunsOut') continue;
        expect([alert, await prometheus.query(expr)]).toEqual([alert, []]);
      }
    });
  },
);

function rulesOf(...changes: string[]): Rule[] {
  const manifest = render('helm4', 'default', ...changes).find(
    ({ kind }) => kind === 'PrometheusRule',
  );
  const { spec } = manifest as unknown as { spec: { groups: { rules: Rule[] }[] } };
  return spec.groups
    .flatMap((group) => group.rules)
    .map((rule) => ({
      ...rule,
      expr: rule.expr.replaceAll('namespace="default"', 'namespace="llm"'),
    }));
}

/** With what Grafana puts in place of its variables. */
function queriesOf(text: string): string[] {
  const { panels } = JSON.parse(text) as { panels: { targets: { expr: string }[] }[] };
  return panels.flatMap(({ targets }) =>
    targets.map(({ expr }) =>
      expr
        .replaceAll('$job', RELEASE.job)
        .replaceAll('$namespace', RELEASE.namespace)
        .replaceAll('$__rate_interval', '1m'),
    ),
  );
}

/** Names before braces: labels and functions have none after them. */
function metricsOf(expression: string): string[] {
  const names = [...expression.matchAll(/([a-z_]\w*)\{/g)].map(([, name = '']) => name);
  return names.map((name) => name.replace(/_(?:bucket|count|sum)$/, ''));
}
