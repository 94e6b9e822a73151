import { readdirSync, readFileSync } from 'node:fs';
import { Stop } from '../ready/stop.mjs';

/** Processors report by the scheduler's clock, to the nanosecond; `/proc/<pid>/stat` counts whole hundredths of a second. */
export function checkCpuTime() {
  if (cpuMicroseconds(process.pid) > 0) return;
  throw new Stop('CPU time is read from /proc/<pid>/task/*/schedstat; run the measurement on Linux.');
}

/** CPU time, user and system, of all threads that live in the process and in its descendants. */
export function cpuMicroseconds(pid) {
  return sum(Object.values(cpuParts(pid)));
}

/** The same by part, in microseconds. */
export function cpuParts(pid) {
  const [own, ...descendants] = familyOf(pid);
  const [mainThread = 0, ...otherThreads] = threadsOf(own);
  return { mainThread, otherThreads: sum(otherThreads), descendants: sum(descendants.flatMap(threadsOf)) };
}

/** The main thread first: its id is that of the process, the lowest. */
function threadsOf(pid) {
  const threads = list(`/proc/${pid}/task`).sort((a, b) => a - b);
  return threads.map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]) / 1_000);
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** The process and all that descend from it. */
function familyOf(pid) {
  const parents = list('/proc').filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), parentOf(name)]); // prettier-ignore
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

/** Fourth field of `stat`; the second is a name in parentheses that may hold anything. */
function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** A process or thread may end between being listed and being read. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
