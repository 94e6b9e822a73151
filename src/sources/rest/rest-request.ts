import { GatewayError } from '../../shared/problem.ts';
import { type HttpRequest } from '../http/http-caller.ts';
import { fillTemplate, fillTexts, type Input, namedInputs, textsIn } from '../request-template.ts';
import { type RestOperationSettings } from './rest-source-settings.ts';

/** Makes the request that asks for somebody, without what proves who asks. */
export type MakeRequest = (input: Input) => HttpRequest;

/** Ids of the input fields that the request of an operation holds. */
export function usedInputs({ path, query, body }: RestOperationSettings): string[] {
  return [path, ...Object.values(query), ...textsIn(body)].flatMap(namedInputs);
}

/** Compiles the request of an operation. Input values are percent-encoded, or JSON strings: they stay single values. */
export function compileRequest(url: string, settings: RestOperationSettings): MakeRequest {
  const { origin, pathname } = new URL(url);
  const { method, body } = settings;
  const path = pathname.replace(/\/$/, '') + settings.path;
  const query = Object.entries(settings.query);
  return (input) => ({
    method,
    origin,
    path: fillTemplate(path, input, pathSegment) + queryString(query, input),
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(fillTexts(body, input, String)),
  });
}

function queryString(query: readonly (readonly [string, string])[], input: Input): string {
  const pairs = query.map(
    ([name, value]) =>
      `${encodeURIComponent(name)}=${encodeURIComponent(fillTemplate(value, input, String))}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A segment of dots, or of nothing, would name another path. */
function pathSegment(value: string): string {
  if (/^\.{0,2}$/.test(value))
    throw new GatewayError('INTERNAL_ERROR', { cause: 'an input is no path segment' });
  return encodeURIComponent(value);
}
