import { DASHBOARD_PANELS, type Panel } from './dashboard-panels.ts';

const OF = 'job="$job",namespace="$namespace"';
const WIDTH = 8;
const HEIGHT = 7;
const COLUMNS = 3;

/** For Grafana 10 and later; who looks at it chooses the data source and the release. */
export function dashboard(): object {
  return {
    uid: 'poe-proxy',
    title: 'poe-proxy',
    tags: ['poe-proxy'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', type: 'datasource', query: 'prometheus' },
        variable('namespace', 'label_values(poe_proxy_inflight_requests, namespace)'),
        variable('job', 'label_values(poe_proxy_inflight_requests{namespace="$namespace"}, job)'),
      ],
    },
    panels: DASHBOARD_PANELS.map(toPanel),
  };
}

function variable(name: string, query: string): object {
  return { name, type: 'query', datasource: { uid: '$datasource' }, query, refresh: 2 };
}

function toPanel({ title, unit, queries, type = 'timeseries' }: Panel, index: number): object {
  return {
    id: index + 1,
    type,
    title,
    datasource: { type: 'prometheus', uid: '$datasource' },
    gridPos: {
      h: HEIGHT,
      w: WIDTH,
      x: (index % COLUMNS) * WIDTH,
      y: Math.floor(index / COLUMNS) * HEIGHT,
    },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: Object.entries(queries).map(([legendFormat, query], position) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + position),
      expr: query.replaceAll('$of', OF),
      legendFormat,
    })),
  };
}
