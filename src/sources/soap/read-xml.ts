import sax, { type QualifiedTag, type SaxParser } from 'sax';
import { answerInvalid } from '../source-error.ts';
import { type XmlElement } from './xml-element.ts';

const SCHEMA_INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const NAMESPACES = 'http://www.w3.org/2000/xmlns/';

/** More than any answer about one person has. */
const MAX_ELEMENTS = 10_000;

interface Growing extends XmlElement {
  readonly children: Growing[];
  text: string;
}

/**
 * The root of an XML 1.0 document. Document types, entities other than the five of XML, and processing instructions are
 * refused (SOAP 1.1 §3, SOAP 1.2 part 1 §5).
 * @throws GatewayError SOURCE_ANSWER_INVALID
 */
export function readXml(text: string, maxDepth: number): XmlElement {
  const open: Growing[] = [];
  let elements = 0;
  let root: Growing | undefined;
  const parser = sax.parser(true, { xmlns: true, strictEntities: true });
  refuseOther(parser);
  parser.onopentag = (tag) => {
    if (++elements > MAX_ELEMENTS) throw answerInvalid('too many elements');
    if (open.length >= maxDepth) throw answerInvalid('too deep');
    if (root !== undefined && open.length === 0) throw answerInvalid('not XML');
    const element = elementOf(tag);
    open.at(-1)?.children.push(element);
    open.push(element);
    root ??= element;
  };
  parser.onclosetag = () => open.pop();
  parser.ontext = (characters) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += characters;
  };
  parser.oncdata = parser.ontext;
  parser.write(text).close();
  if (root === undefined) throw answerInvalid('not XML');
  return root;
}

function refuseOther(parser: SaxParser): void {
  parser.onerror = () => {
    // The message of the parser quotes the text.
    throw answerInvalid('not XML');
  };
  parser.ondoctype = () => {
    throw answerInvalid('document type');
  };
  parser.onsgmldeclaration = parser.ondoctype;
  parser.onprocessinginstruction = ({ name }) => {
    if (name !== 'xml') throw answerInvalid('processing instruction');
  };
}

function elementOf({ local, uri, attributes }: QualifiedTag): Growing {
  const own = Object.values(attributes).filter((attribute) => attribute.uri !== NAMESPACES);
  const nil = own.find((attribute) => attribute.local === 'nil' && attribute.uri === SCHEMA_INSTANCE)?.value;
  const named = own.filter((attribute) => attribute.uri !== SCHEMA_INSTANCE);
  return {
    name: local,
    namespace: uri,
    attributes: new Map(named.map((attribute) => [attribute.local, attribute.value])),
    children: [],
    text: '',
    nil: nil === 'true' || nil === '1',
  };
}
