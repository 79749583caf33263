import { replaceUnderLoad } from './rolling-replacement.ts';

// npm run rolling: three gateways, all replaced four times, under streams of 10 s.
const rounds = Number(process.env.ROLLING_ROUNDS ?? '4');
const result = await replaceUnderLoad(rounds, { streams: 100, requestsPerSecond: 50, tokens: 100 });
const { answered, problems, rows, exitCodes } = result;
console.log(JSON.stringify({ ...result, problems: problems.slice(0, 20) }, null, 2));
const isWhole = problems.length === 0 && rows.completed === answered;
process.exit(isWhole && exitCodes.every((code) => code === 0) ? 0 : 1);
