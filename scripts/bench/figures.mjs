/** The middle value; of an even count the mean of the two in the middle. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2;
}

/** The smallest value that at least `share` (0 to 1) of the values do not exceed. `sorted` is ascending. */
export function quantile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** What one round says of one server. */
export function figuresOf({ answers, seconds, p50Ms, p99Ms }, cpuMicroseconds) {
  return { us: cpuMicroseconds / answers, rps: answers / seconds, p50Ms, p99Ms };
}

/** Medians over the rounds, figure by figure. */
export function mediansOf(rounds) {
  const middle = (name) => median(rounds.map((round) => round[name]));
  return { us: middle('us'), rps: middle('rps'), p50Ms: middle('p50Ms'), p99Ms: middle('p99Ms') };
}

/** Server CPU in microseconds of one answer, answers a second and latencies, one line a server. */
export function table(title, rows) {
  const head = [title.padEnd(12), 'CPU µs/answer', 'answers/s', 'p50 ms', 'p99 ms'];
  const lines = Object.entries(rows).map(([name, { us, rps, p50Ms, p99Ms }]) =>
    [`  ${name}`.padEnd(12), us.toFixed(1).padStart(13), rps.toFixed(0).padStart(9), ...latencies(p50Ms, p99Ms)].join('  '),
  ); // prettier-ignore
  return [head.join('  '), ...lines].join('\n');
}

function latencies(...values) {
  return values.map((value) => value.toFixed(2).padStart(6));
}

/** The line that ends every run: one JSON object behind the word BENCH. */
export function benchLine({ floor, limit, gateway, before }, { answers, leaves }) {
  const figures = {
    floor_us: rounded(floor.us, 1),
    limit_us: rounded(limit.us, 1),
    gateway_us: rounded(gateway.us, 1),
    ratio_to_floor: rounded(floor.us / gateway.us, 3),
    ratio_to_limit: rounded(limit.us / gateway.us, 3),
    floor_rps: rounded(floor.rps, 0),
    limit_rps: rounded(limit.rps, 0),
    gateway_rps: rounded(gateway.rps, 0),
    floor_p99_ms: rounded(floor.p99Ms, 2),
    gateway_p99_ms: rounded(gateway.p99Ms, 2),
    answers,
    leaves,
    ...(before && { before_us: rounded(before.us, 1), ratio_to_before: rounded(gateway.us / before.us, 3) }),
  };
  return `BENCH ${JSON.stringify(figures)}`;
}

function rounded(value, digits) {
  return Number(value.toFixed(digits));
}
