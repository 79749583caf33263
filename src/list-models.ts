import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from './config/config.module.ts';
import { loadConfig } from './config/load-config.ts';
import { readEnvironment } from './config/read-environment.ts';
import { catalogueToTable } from './models/catalogue-to-table.ts';
import { catalogueToYaml } from './models/catalogue-to-yaml.ts';
import { loadModelsFile } from './models/load-models-file.ts';
import type { CatalogueBot } from './poe/catalogue-bot.ts';
import { PoeCatalogue } from './poe/poe-catalogue.ts';
import { PoeModule } from './poe/poe.module.ts';

/**
 * `npm run list-models -- [--yaml] [part of a name …]`: the bots that Poe offers the key; with
 * `--yaml`, entries for models.yaml.
 */
try {
  await listModels(process.argv.slice(2));
} catch (error) {
  // The message alone: what axios throws carries the key.
  console.error(error instanceof Error ? error.message : 'unknown failure');
  process.exitCode = 1;
}

async function listModels(options: readonly string[]): Promise<void> {
  const config = loadConfig(readEnvironment());
  const words = options.filter((option) => !option.startsWith('--')).map((w) => w.toLowerCase());
  const bots = await readCatalogue(config);
  const chosen = bots.filter(({ id }) => words.length === 0 || words.some((w) => id.includes(w)));
  if (options.includes('--yaml')) {
    console.log(catalogueToYaml(chosen));
    return;
  }
  console.log(catalogueToTable(chosen, servedBy(config.models.file)));
  console.log(
    `\n${chosen.length} bots; * is in ${config.models.file}. --yaml prints entries to paste.`,
  );
}

async function readCatalogue(config: ReturnType<typeof loadConfig>): Promise<CatalogueBot[]> {
  const context = await NestFactory.createApplicationContext(
    { module: PoeModule, imports: [ConfigModule.with(config)] },
    { logger: false, abortOnError: false },
  );
  try {
    return await context.get(PoeCatalogue, { strict: false }).list();
  } finally {
    await context.close();
  }
}

/** A models.yaml that is missing or broken serves nothing yet. */
function servedBy(file: string): (bot: CatalogueBot) => boolean {
  try {
    const { registry } = loadModelsFile(file);
    return ({ id, displayName }) => Boolean(registry.find(displayName) ?? registry.find(id));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return () => false;
  }
}
