import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';
import { compileOnce } from './compile-once.mjs';

/** Storages that the present test file has used. */
const used = new Set();
const { run } = AsyncLocalStorage.prototype;

AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this);
  return run.apply(this, args);
};

vm.compileFunction = compileOnce;

/**
 * Node as jest gives it, but for two things: packages are compiled once per worker; and jest-circus opens a storage for
 * each test file and leaves it open, and every promise of all later files pays for it.
 */
export default class NodeEnvironment extends TestEnvironment {
  async teardown() {
    await super.teardown();
    for (const storage of used) storage.disable();
    used.clear();
  }
}
