import { answerInvalid } from '../source-error.ts';
import { childrenNamed, type XmlElement } from './xml-element.ts';

/** What a SOAP message holds: the element that answers, or a Fault with its codes, prefixes taken off. */
export type SoapContent =
  | { readonly kind: 'answer'; readonly element: XmlElement }
  | { readonly kind: 'fault'; readonly element: XmlElement; readonly codes: readonly string[] };

export type SoapVersion = '1.1' | '1.2';

const ENVELOPES: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};

/** Opens an envelope of the version. Its headers are not looked at. @throws GatewayError SOURCE_ANSWER_INVALID */
export function openEnvelope(root: XmlElement, version: SoapVersion): SoapContent {
  const namespace = ENVELOPES[version];
  const [body, ...bodies] = childrenNamed(root, 'Body');
  const isEnvelope = root.name === 'Envelope' && [root, body].every((one) => one?.namespace === namespace);
  if (!isEnvelope || body === undefined || bodies.length > 0) throw answerInvalid('no SOAP envelope');
  const [element, ...others] = body.children;
  if (element === undefined || others.length > 0) throw answerInvalid('no single element in the body');
  if (element.name !== 'Fault' || element.namespace !== namespace) return { kind: 'answer', element };
  return { kind: 'fault', element, codes: version === '1.1' ? codes11(element) : codes12(element) };
}

function codes11(fault: XmlElement): string[] {
  return childrenNamed(fault, 'faultcode').map(({ text }) => localName(text));
}

/** The code, then its subcodes. */
function codes12(fault: XmlElement): string[] {
  const codes: string[] = [];
  for (let [code] = childrenNamed(fault, 'Code'); code !== undefined; [code] = childrenNamed(code, 'Subcode'))
    codes.push(...childrenNamed(code, 'Value').map(({ text }) => localName(text)));
  return codes;
}

function localName(text: string): string {
  return text.trim().replace(/^[^:]*:/, '');
}
