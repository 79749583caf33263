import { writeFileSync } from 'node:fs';
import { chartFiles, kustomizeFiles } from './generated-files.ts';

// npm run deploy:update -- [path of helm]
const helm = process.argv[2] ?? 'helm';
const files = { ...(await chartFiles()), ...kustomizeFiles(helm) };
for (const [path, text] of Object.entries(files)) {
  writeFileSync(new URL(path, import.meta.url), text);
  console.log(`deploy/${path}`);
}
