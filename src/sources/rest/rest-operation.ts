import { requireAnswer } from '../http/reply-status.ts';
import { type HttpReply } from '../http/http-caller.ts';
import { compileMapping } from '../mapping/compile-mapping.ts';
import { type AnswerReader, readAnswer } from '../mapping/read-answer.ts';
import { type Input } from '../request-template.ts';
import { type SourceAnswer } from '../source.ts';
import { jsonAnswer } from './json-answer.ts';
import { compileJsonPath, JSON_NOTATION, valuesAt } from './json-notation.ts';
import { compileRequest, type MakeRequest } from './rest-request.ts';
import { type RestOperationSettings, type RestSourceSettings } from './rest-source-settings.ts';

/** One agreed operation, ready to be asked and read. */
export interface RestOperation {
  readonly request: MakeRequest;
  /** @throws GatewayError SOURCE_UNAVAILABLE, SOURCE_ANSWER_INVALID */
  readonly read: (reply: HttpReply, input: Input) => SourceAnswer;
}

const NOBODY: SourceAnswer = { records: [] };
const NO_CONTENT = 204;

/** Compiles an operation that `restFaults` finds no fault with. */
export function compileRestOperation(
  { url, timeZone, answerDepth }: RestSourceSettings,
  settings: RestOperationSettings,
): RestOperation {
  const { statuses, empty } = settings.notFound;
  const reader = answerReader(settings, timeZone);
  return {
    request: compileRequest(url, settings),
    read: ({ status, headers, body }, input) => {
      if (statuses.includes(status) || (empty && status === NO_CONTENT)) return NOBODY;
      requireAnswer(status);
      return readAnswer(reader, jsonAnswer(headers, body, answerDepth), input);
    },
  };
}

function answerReader(
  { record, notFound: { empty, mark }, ...mapping }: RestOperationSettings,
  timeZone: string,
): AnswerReader<unknown, unknown> {
  const path = compileJsonPath(record);
  const place = mark === undefined ? undefined : JSON_NOTATION.compile(mark.from);
  return {
    select: (root) => (path === undefined ? [] : valuesAt(path, root).filter((value) => value !== null)),
    empty,
    mark: mark === undefined || place === undefined ? undefined : { read: place.read, values: mark.values },
    mapping: compileMapping(mapping, JSON_NOTATION, timeZone),
  };
}
