import { mkdtempSync, renameSync, rmSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InvalidConfiguration } from '../config/invalid-configuration.ts';
import { Drain } from '../observability/drain.ts';
import { Metrics } from '../observability/metrics.ts';
import { Readiness } from '../observability/readiness.ts';
import { ModelsFileService } from './models-file.service.ts';

const serving = (...names: string[]) =>
  `models: { text: [${names.map((name) => `{ poe_name: ${name}, base: 1 }`).join(', ')}] }\n`;
const BROKEN = 'models: { text: [{ poe_name: A, base: many }] }\n';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly problems?: string[];
}

vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let file: string;
let lines: Line[];
let metrics: Metrics;
let readiness: Readiness;
let service: ModelsFileService;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'poe-proxy-models-'));
  file = join(folder, 'models.yaml');
  // A look of the test before may still be under way: its lines are not ours.
  const own: Line[] = [];
  lines = own;
  metrics = new Metrics();
  const log = pino({}, { write: (line) => own.push(JSON.parse(line) as Line) });
  readiness = new Readiness(
    new Drain(
      { shutdownDelayMs: 0, shutdownGraceMs: 0 } as ConstructorParameters<typeof Drain>[0],
      log,
    ),
  );
  service = new ModelsFileService({ file, pollMs: 5 }, log, metrics, readiness);
});

afterEach(() => {
  service.onModuleDestroy();
  metrics.registry.clear();
  rmSync(folder, { recursive: true });
});

/** Patient, for the machine may be busy. */
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 20_000 });
const names = () => service.registry.models.map((model) => model.name);
const reloads = async (result: string) =>
  (await metrics.modelsReloads.get()).values.find(({ labels }) => labels.result === result)?.value;
const logged = (part: string) => lines.filter(({ msg }) => msg.includes(part));
/** Long enough for a few looks at the file, however busy the machine is. */
const severalLooks = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('at the start', () => {
  it('loads the file, and only then this instance is ready', () => {
    writeFileSync(file, serving('A'));
    expect(readiness.status).toBe('starting');
    service.onModuleInit();
    expect(readiness.status).toBe('ready');
    expect(names()).toEqual(['A']);
  });

  it('names the models without a price, here and with every new version', async () => {
    writeFileSync(file, 'models: { text: [{ poe_name: A }, { poe_name: B, base: 1 }] }');
    service.onModuleInit();
    expect(logged('without a price')).toMatchObject([{ level: 40, models: ['A'] }]);
    writeFileSync(file, 'models: { text: [{ poe_name: C }] }');
    await until(() => logged('without a price').length === 2);
    expect(logged('without a price').at(-1)).toMatchObject({ models: ['C'] });
  });

  it('refuses to be asked before', () => {
    expect(() => service.registry).toThrow('before it was loaded');
  });

  it.each([
    [
      'is broken',
      () => {
        writeFileSync(file, BROKEN);
      },
      'line 1: A: base must be',
    ],
    [
      'is larger than 1 MB',
      () => {
        writeFileSync(file, serving('A').padEnd(1024 * 1024 + 1, '#'));
      },
      'is larger than 1 MB',
    ],
    ['is absent', () => undefined, 'cannot be read (ENOENT): set MODELS_FILE'],
    [
      'is a directory',
      () => {
        mkdirSync(file);
      },
      'cannot be read (EISDIR): set MODELS_FILE',
    ],
  ])('stops when the file %s', (_, prepare, problem) => {
    prepare();
    const start = () => {
      service.onModuleInit();
    };
    expect(start).toThrow(InvalidConfiguration);
    expect(start).toThrow(problem);
    expect(start).toThrow(file);
    expect(readiness.status).toBe('starting');
  });
});

describe('while it serves', () => {
  beforeEach(() => {
    writeFileSync(file, serving('A'));
    service.onModuleInit();
  });

  it('takes a new version', async () => {
    const before = service.registry;
    writeFileSync(file, serving('A', 'B'));
    await until(() => service.registry !== before);
    expect(names()).toEqual(['A', 'B']);
    expect(before.models).toHaveLength(1);
    expect(await reloads('taken')).toBe(1);
    expect(logged('models file reloaded')).toMatchObject([{ models: 2 }]);
  });

  it('takes a version that was renamed into place', async () => {
    writeFileSync(join(folder, 'next'), serving('B'));
    renameSync(join(folder, 'next'), file);
    await until(() => names().includes('B'));
  });

  it('does nothing when the file is written again as it was', async () => {
    const before = service.registry;
    writeFileSync(file, serving('A'));
    await severalLooks();
    expect(service.registry).toBe(before);
    expect(lines).toEqual([]);
  });

  it('does not even read a version larger than 1 MB, says so once, and goes on', async () => {
    const before = service.registry;
    writeFileSync(file, serving('B').padEnd(1024 * 1024 + 1, '#'));
    await until(() => logged('models file cannot be read').length > 0);
    await severalLooks();
    expect(service.registry).toBe(before);
    expect(logged('models file cannot be read')).toMatchObject([
      { err: { message: expect.stringContaining('is larger than 1 MB') as string } },
    ]);
    writeFileSync(file, serving('B').padEnd(1024 * 1024, '#'));
    await until(() => names().includes('B'));
  });

  it('refuses a broken version loudly, once, and goes on with the old one', async () => {
    const before = service.registry;
    writeFileSync(file, BROKEN);
    await until(() => logged('models file is broken').length > 0);
    await severalLooks();
    expect(service.registry).toBe(before);
    expect(readiness.status).toBe('ready');
    expect(await reloads('refused')).toBe(1);
    expect(await reloads('taken')).toBeUndefined();
    expect(lines).toMatchObject([
      { level: 50, problems: [expect.stringContaining('base must be')] },
    ]);
  });

  it('refuses one whose YAML cannot even be read', async () => {
    writeFileSync(file, 'models: { text: [*unknown] }');
    await until(() => logged('models file is broken').length > 0);
    expect(names()).toEqual(['A']);
  });

  it('takes the repaired one after it', async () => {
    writeFileSync(file, BROKEN);
    await until(() => logged('models file is broken').length > 0);
    writeFileSync(file, serving('C'));
    await until(() => names().includes('C'));
  });

  it('goes on while the file is away, says so once, and takes what comes back', async () => {
    renameSync(file, join(folder, 'away'));
    await until(() => logged('cannot be read').length > 0);
    await severalLooks();
    expect(logged('cannot be read')).toHaveLength(1);
    expect(names()).toEqual(['A']);
    writeFileSync(file, serving('B'));
    await until(() => names().includes('B'));
    rmSync(file);
    await until(() => logged('cannot be read').length === 2);
  });

  it('does not take one that is still being written', async () => {
    service.onModuleDestroy();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const look = async () => {
      vi.runOnlyPendingTimers();
      while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    };
    try {
      service.onModuleInit();
      for (const text of [serving('B'), serving('B', 'C'), serving('B', 'C', 'D')]) {
        writeFileSync(file, text);
        await look();
      }
      expect(names()).toEqual(['A']);
      await look();
      expect(names()).toEqual(['B', 'C', 'D']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('looks no more after its end', async () => {
    service.onModuleDestroy();
    writeFileSync(file, serving('B'));
    await severalLooks();
    expect(names()).toEqual(['A']);
  });
});

it('follows the symlinks of a ConfigMap as Kubernetes swaps them', async () => {
  const version = (name: string, text: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'models.yaml'), text);
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  version('..data_1', serving('A'));
  symlinkSync(join('..data', 'models.yaml'), file);
  service.onModuleInit();
  expect(names()).toEqual(['A']);

  version('..data_2', serving('B'));
  rmSync(join(folder, '..data_1'), { recursive: true });
  await until(() => names().includes('B'));

  version('..data_3', BROKEN);
  await until(() => logged('models file is broken').length > 0);
  expect(names()).toEqual(['B']);
});
