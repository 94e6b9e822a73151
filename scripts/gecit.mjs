#!/usr/bin/env node
import { ready } from './ready.mjs';

await ready();
await import('../dist/bundled/main.js');
