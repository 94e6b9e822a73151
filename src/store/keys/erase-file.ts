import { closeSync, constants, fstatSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../../shared/new-file.ts';
import { unlessNotWritable } from '../secret-file.ts';
import { errorCode } from '../store-fault.ts';
import { type OnStep } from './key-wrapper.ts';

/**
 * Overwrites a file, then removes it; durable on return. What a disk keeps of earlier blocks is out of its reach: a wrapped
 * key is beyond recovery once its master key is.
 * @returns false when there was no such file
 * @throws FaultsError KEY_FILE_NOT_WRITABLE
 */
export function eraseFile(file: string, onStep: OnStep): boolean {
  return unlessNotWritable(file, () => {
    const descriptor = openExisting(file);
    if (descriptor === undefined) return false;
    overwrite(descriptor);
    // If the process dies here, the name stays with zeros under it, and the next call removes it.
    onStep('overwritten', file);
    unlinkSync(file);
    // If the power fails here, the name may come back, with zeros under it.
    onStep('unlinked', file);
    syncFolder(dirname(file));
    onStep('erased', file);
    return true;
  });
}

function openExisting(file: string): number | undefined {
  try {
    return openSync(file, constants.O_RDWR | constants.O_NOFOLLOW);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function overwrite(descriptor: number): void {
  try {
    const { size } = fstatSync(descriptor);
    writeSync(descriptor, Buffer.alloc(size), 0, size, 0);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
