import { GatewayError } from '../../shared/problem.ts';
import { type HttpReply, type HttpRequest } from '../http/http-caller.ts';
import { requireAnswer } from '../http/reply-status.ts';
import { compileMapping } from '../mapping/compile-mapping.ts';
import { type AnswerReader, isMarked, readAnswer } from '../mapping/read-answer.ts';
import { fillTexts, type Input } from '../request-template.ts';
import { RequestRefused } from '../request-refused.ts';
import { answerInvalid, unavailable } from '../source-error.ts';
import { type SourceAnswer } from '../source.ts';
import { readXml } from './read-xml.ts';
import { openEnvelope, type SoapContent } from './soap-envelope.ts';
import { type SoapOperationSettings, type SoapSourceSettings } from './soap-source-settings.ts';
import { type WsdlPort } from './wsdl-port.ts';
import { isEmpty, type XmlElement } from './xml-element.ts';
import { compileElements, XML_NOTATION } from './xml-notation.ts';
import { isXml, xmlText } from './xml-text.ts';

/** One agreed operation, ready to be asked and read. */
export interface SoapOperation {
  readonly request: (input: Input) => HttpRequest;
  /** @throws GatewayError SOURCE_UNAVAILABLE, SOURCE_ANSWER_INVALID */
  readonly read: (reply: HttpReply, input: Input) => SourceAnswer;
}

/** Statuses under which a fault may come (SOAP 1.1 §6.2, SOAP 1.2 part 2 §7.5.1.2). */
const FAULT_STATUSES = [400, 500];
/** Codes of the standards that say whose fault it is. */
const OF_SERVICE = /^(?:Server|Receiver)\b/;
const OF_REQUEST = /^(?:Client|Sender)\b/;

/** Compiles an operation that neither `soapFaults` nor `callFaults` finds a fault with. */
export function compileSoapOperation(
  source: SoapSourceSettings,
  settings: SoapOperationSettings,
  port: WsdlPort,
): SoapOperation {
  const { origin, pathname } = new URL(source.url);
  const { call, notFound } = settings;
  const output = port.calls.get(call)?.output;
  const reader = answerReader(settings, source.timeZone);
  return {
    request: (input) => {
      const { headers, body } = port.compose(call, fillTexts(settings.arguments, input, plainText));
      return { method: 'POST', origin, path: pathname, headers: { ...headers, accept: 'text/xml, application/soap+xml' }, body };
    },
    read: (reply, input) => {
      const content = contentOf(reply, source);
      if (content.kind === 'answer') {
        if (content.element.name !== output) throw answerInvalid('another message');
        return readAnswer(reader, content.element, input);
      }
      if (content.codes.some((code) => notFound.faults.includes(code))) return { records: [] };
      if (isMarked(reader, content.element)) return { records: [] };
      throw faultError(content.codes);
    },
  };
} // prettier-ignore

function answerReader(
  { record, notFound: { empty, mark }, ...mapping }: SoapOperationSettings,
  timeZone: string,
): AnswerReader<XmlElement, XmlElement> {
  const select = compileElements(record);
  const place = mark === undefined ? undefined : XML_NOTATION.compile(mark.from);
  return {
    select: (element) => (select?.(element) ?? []).filter((one) => !isEmpty(one)),
    empty,
    mark: mark === undefined || place === undefined ? undefined : { read: place.read, values: mark.values },
    mapping: compileMapping(mapping, XML_NOTATION, timeZone),
  };
}

function contentOf({ status, headers, body }: HttpReply, source: SoapSourceSettings): SoapContent {
  const mayBeFault = FAULT_STATUSES.includes(status) && isXml(headers);
  if (!mayBeFault) requireAnswer(status);
  const content = openEnvelope(readXml(xmlText(headers, body), source.answerDepth), source.soapVersion);
  if (content.kind === 'answer') requireAnswer(status);
  return content;
}

/** The code itself may be anything, a sentence about somebody too: only what the standards know of it is told. */
function faultError(codes: readonly string[]): GatewayError {
  const [code = ''] = codes;
  if (OF_SERVICE.test(code)) return unavailable('fault of the service');
  return OF_REQUEST.test(code) ? new RequestRefused('fault of the request') : answerInvalid('fault');
}

/** The package writes a text that is one CDATA section as it is, and what a section holds is not escaped. */
function plainText(value: string): string {
  if (value.startsWith('<![CDATA['))
    throw new GatewayError('INTERNAL_ERROR', { cause: 'an input is no plain text' });
  return value;
}
