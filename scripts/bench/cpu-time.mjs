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

/** CPU time of all threads that the process ever had, in microseconds; told in hundredths of a second. */
export function userAndSystem(pid) {
  const [user, system] = statFields(pid)
    .slice(11, 13)
    .map((ticks) => Number(ticks) * 10_000);
  return { user, system };
}

/** Page faults that needed no disk, of all threads. */
export function pageFaults(pid) {
  return Number(statFields(pid)[7]);
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

function parentOf(pid) {
  return Number(statFields(pid)[1]);
}

/** Fields of `stat` from the third on; the second is a name in parentheses that may hold anything. */
function statFields(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
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
