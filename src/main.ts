import 'reflect-metadata';

const LEAST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < LEAST_NODE) {
  console.error(
    `poe-proxy needs Node ${LEAST_NODE}, this is ${process.version}: "npm start" runs it on the Node that came with npm ci.`,
  );
  process.exit(1);
}
// Only now: some packages do not even load on an older Node.
const { start } = await import('./start.ts');
await start();
