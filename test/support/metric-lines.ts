/** The lines of a metric in the text format of Prometheus, comments aside. */
export function linesOf({ text }: { readonly text: string }, name: string): string[] {
  const ofMetric = new RegExp(`^${name}(_bucket|_sum|_count)?[{ ]`);
  return text.split('\n').filter((line) => ofMetric.test(line));
}

/** The value of one line; undefined where there is none. */
export function valueOf(metrics: { readonly text: string }, line: string): number | undefined {
  const found = metrics.text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}
