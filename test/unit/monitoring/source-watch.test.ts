import { describe, expect, test } from '@jest/globals';
import { SourceWatch } from '../../../src/monitoring/source-watch.ts';
import { GatewayError } from '../../../src/shared/problem.ts';
import { FakeSource } from '../../support/fake-source.ts';
import { refusalOf } from '../../support/refusal.ts';

const QUERY = { agreementId: 'a', operationId: 'b', input: {} };

class Watched {
  now = 0;
  readonly inner = new FakeSource({ id: 'register' });
  readonly watch = new SourceWatch(() => this.now);
  readonly source = this.watch.watched(this.inner);

  async ask(times = 1): Promise<void> {
    for (let time = 0; time < times; time++) await refusalOf(async () => this.source.fetch(QUERY));
  }
}

describe('a watched source', () => {
  test('answers and ends as it did, under its own names', async () => {
    const { inner, source } = new Watched();
    inner.answerWith({ x: 1 });
    expect(await source.fetch(QUERY)).toEqual({ records: [{ x: 1 }] });
    expect([source.id, source.system]).toEqual([inner.id, inner.system]);
    await source.close();
    expect(inner.closed).toBe(true);
  });

  test('counts as down after three failures in a row, and no more once it answers', async () => {
    const watched = new Watched();
    watched.inner.failWith();
    await watched.ask(2);
    expect(watched.watch.isDown('register')).toBe(false);
    await watched.ask(1);
    expect(watched.watch.isDown('register')).toBe(true);
    watched.inner.answerWith();
    await watched.ask(1);
    expect(watched.watch.isDown('register')).toBe(false);
  });

  test('is unknown again a minute after its last failure, so that it is asked again', async () => {
    const watched = new Watched();
    watched.inner.failWith();
    await watched.ask(3);
    watched.now += 59_999;
    expect(watched.watch.isDown('register')).toBe(true);
    watched.now += 1;
    expect(watched.watch.isDown('register')).toBe(false);
    await watched.ask(1);
    expect(watched.watch.isDown('register')).toBe(true);
  });

  test('has answered where its answer is not valid', async () => {
    const watched = new Watched();
    watched.inner.failWith(new GatewayError('SOURCE_ANSWER_INVALID'));
    await watched.ask(5);
    expect(watched.watch.isDown('register')).toBe(false);
  });

  test('that nobody watches is not down', () => {
    expect(new Watched().watch.isDown('another')).toBe(false);
  });
});
