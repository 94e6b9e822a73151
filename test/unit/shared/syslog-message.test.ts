import { describe, expect, test } from '@jest/globals';
import { syslogMessage } from '../../../src/shared/syslog/syslog-message.ts';

const HEADER = { facility: 'local0', host: 'gate-1.example', process: 42 };
const EVENT = {
  level: 'warn',
  time: '2026-03-01T08:00:00.000Z',
  event: 'source.reader-lost',
  json: '{"a":1}',
} as const;

describe('a syslog message (RFC 5424)', () => {
  test('has priority, version, time, host, program, process, name of the event, no data, and JSON', () => {
    expect(syslogMessage(HEADER, EVENT).toString('utf8')).toBe(
      '<132>1 2026-03-01T08:00:00.000Z gate-1.example gecit 42 source.reader-lost - {"a":1}',
    );
  });

  test.each([
    ['error', 'local7', 187],
    ['info', 'user', 14],
    ['debug', 'daemon', 31],
  ] as const)('of level %s and facility %s has priority %d', (level, facility, priority) => {
    const text = syslogMessage({ ...HEADER, facility }, { ...EVENT, level }).toString('utf8');
    expect(text.startsWith(`<${String(priority)}>1 `)).toBe(true);
  });

  test('keeps its header in one piece, whatever host and event are called', () => {
    const odd = syslogMessage({ ...HEADER, host: 'a b\nç' }, { ...EVENT, event: `x y${'z'.repeat(40)}` });
    expect(odd.toString('utf8').split(' ').slice(2, 6)).toEqual(['ab', 'gecit', '42', `xy${'z'.repeat(30)}`]);
    expect(
      syslogMessage({ ...HEADER, host: '' }, EVENT)
        .toString('utf8')
        .split(' ')[2],
    ).toBe('-');
  });

  test('is cut at 8,192 bytes, between two characters', () => {
    for (const pad of ['', 'x', 'xx']) {
      const bytes = syslogMessage(HEADER, { ...EVENT, json: pad + 'ş'.repeat(9_000) });
      expect(bytes.length).toBeLessThanOrEqual(8_192);
      expect(bytes.length).toBeGreaterThan(8_188);
      expect(bytes.toString('utf8')).not.toContain('\ufffd');
    }
  });
});
