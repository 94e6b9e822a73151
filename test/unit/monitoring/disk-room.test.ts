import { mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DiskRoom } from '../../../src/monitoring/disk-room.ts';

describe('the room of a folder', () => {
  test('is that of its file system, also before the folder is made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gecit-room-'));
    try {
      const room = await new DiskRoom({ data: folder, evidence: join(folder, 'logs/evidence') }).look();
      const { bsize, blocks } = await statfs(folder);
      expect(room.map((one) => one.folder)).toEqual(['data', 'evidence']);
      for (const { bytes } of room) {
        expect(bytes).toBeGreaterThan(0);
        expect(bytes).toBeLessThanOrEqual(bsize * blocks);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is unknown where the disk cannot be asked', async () => {
    const asked: string[] = [];
    const room = new DiskRoom({ data: '/a/b' }, async (folder) => {
      asked.push(folder);
      return Promise.reject(Object.assign(new Error('no'), { code: folder === '/a' ? 'EIO' : 'ENOENT' }));
    });
    expect(await room.look()).toEqual([{ folder: 'data', bytes: null }]);
    expect(asked).toEqual(['/a/b', '/a']);
  });
});
