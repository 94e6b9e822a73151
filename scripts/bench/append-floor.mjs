import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What the disk gives anybody: the same bytes appended to a file and waited for, again and again. Milliseconds of each,
 * ascending.
 */
export function floorOf(folder, bytes, seconds) {
  const file = join(folder, 'floor');
  const content = Buffer.alloc(Math.max(1, Math.round(bytes)), 1);
  const descriptor = openSync(file, 'w', 0o600);
  const times = [];
  const until = performance.now() + seconds * 1000;
  try {
    while (performance.now() < until) {
      const began = performance.now();
      writeSync(descriptor, content);
      fdatasyncSync(descriptor);
      times.push(performance.now() - began);
    }
  } finally {
    closeSync(descriptor);
    rmSync(file);
  }
  return Float64Array.from(times).sort();
}
