import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../../../support/repository.ts';

/** What a process does in a key folder. */
export interface KeyWork {
  /** Kids whose keys it asks for. */
  readonly make?: readonly string[];
  /** Kids that end in a rotation; without it there is no rotation. */
  readonly rotate?: readonly string[];
  /** The step of the rotation after which it kills itself. */
  readonly dieAfter?: number;
}

/** What a process told before it ended. */
export interface KeyReport {
  readonly steps: number;
  /** Kid and its data key in hexadecimal. */
  readonly made: readonly (readonly [string, string])[];
}

/** Starts one process for each piece of work, lets all begin at once, and resolves with what they told; undefined where one was killed. */
export async function keyProcesses(
  folder: string,
  works: readonly KeyWork[],
): Promise<readonly (KeyReport | undefined)[]> {
  const processes = works.map((work) => {
    const child = fork(join(ROOT, 'test/support/key-process.mjs'), [folder, JSON.stringify(work)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const ready = once(child, 'message');
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    return { child, ready, ended };
  });
  await Promise.all(processes.map(async ({ ready }) => ready));
  const reports = processes.map(async ({ child, ended }) => {
    let report: KeyReport | undefined;
    child.on('message', (message) => {
      report = message as KeyReport;
    });
    child.send('go');
    const [code, signal] = await ended;
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`a key process ended with ${String(code)}`);
    return report;
  });
  return Promise.all(reports);
}
