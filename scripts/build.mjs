// Builds dist/ from src/, whether or not it is up to date.
import { build } from './ready/build.mjs';
import { orStop } from './ready/stop.mjs';
import { root } from './ready.mjs';

await orStop(() => build(root, (text) => process.stderr.write(`gecit: ${text}\n`)));
