#!/usr/bin/env node
import 'reflect-metadata';
import { runCli } from './cli/run-cli.ts';
import { manifest } from './manifest.ts';

/** `npx poe-proxy <command>`: what operators do without the admin API, over the same services. */
process.exitCode = await runCli(process.argv.slice(2), manifest.version);
