#!/usr/bin/env -S node --max-semi-space-size=64
import { ready } from './ready.mjs';

await ready();
await import('../dist/bundled/main.js');
