import { ready } from './ready.mjs';

await ready();
process.argv.splice(2, 0, 'serve', '--first-run');
await import('../dist/bundled/main.js');
