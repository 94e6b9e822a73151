import { use } from './client-connections.mjs';
import { quantile } from './figures.mjs';

/**
 * Sends requests at times that are fixed in advance, whatever becomes of those before. A request that finds every connection
 * taken waits for one, and its time counts from when it was due: a server that stalls cannot hide the requests that it held up.
 * @returns statuses, and in milliseconds from the due time of each request until its answer: quantiles, the most, and how late
 *   the generator itself was to send at its 99th percentile
 */
export function pace({ connections, requests, rate, seconds }) {
  const count = Math.max(1, Math.round(rate * seconds));
  const latencies = new Float64Array(count);
  const lateness = new Float64Array(count);
  const statuses = {};
  const idle = [...connections];
  const waiting = [];
  let next = 0;
  let received = 0;
  let mostWaiting = 0;
  const begun = performance.now() + 20;
  const dueAt = (place) => begun + (place * 1_000) / rate;
  const send = (connection, place) => {
    connection.place = place;
    connection.send(requests[place % requests.length]);
  };
  const dispatchDue = () => {
    const now = performance.now();
    for (; next < count && dueAt(next) <= now; next += 1) {
      lateness[next] = now - dueAt(next);
      const connection = idle.pop();
      if (connection !== undefined) send(connection, next);
      else mostWaiting = Math.max(mostWaiting, waiting.push(next));
    }
    if (next < count) setTimeout(dispatchDue, Math.max(0, dueAt(next) - performance.now()));
  };
  return new Promise((resolve, reject) => {
    use(connections, reject, (connection, status) => {
      latencies[received++] = performance.now() - dueAt(connection.place);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (received === count) resolve(figures());
      else if (waiting.length > 0) send(connection, waiting.shift());
      else idle.push(connection);
    });
    dispatchDue();
  });

  function figures() {
    const took = (performance.now() - begun) / 1_000;
    latencies.sort();
    lateness.sort();
    const [p50Ms, p99Ms, p999Ms, mostMs] = [0.5, 0.99, 0.999, 1].map((share) => quantile(latencies, share));
    return {
      answers: count, statuses, seconds: took, p50Ms, p99Ms, p999Ms, mostMs, lateP99Ms: quantile(lateness, 0.99), mostWaiting,
    }; // prettier-ignore
  }
}
