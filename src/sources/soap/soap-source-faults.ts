import { type Operation } from '../../agreement/agreement.ts';
import { type Fault } from '../../shared/fault.ts';
import { checkMapping } from '../mapping/check-mapping.ts';
import { mappingFault, placeFault } from '../mapping/mapping-faults.ts';
import { inputFaults } from '../request-faults.ts';
import { namedInputs, textsIn } from '../request-template.ts';
import { operationFault, sourceFault } from '../source-faults.ts';
import { type SoapOperationSettings } from './soap-source-settings.ts';
import { compileElements, XML_NOTATION } from './xml-notation.ts';

/** What is wrong with the settings of an operation, held against the agreement. */
export function soapFaults(sourceId: string, settings: SoapOperationSettings, operation: Operation): Fault[] {
  const { mark } = settings.notFound;
  const used = textsIn(settings.arguments).flatMap(namedInputs);
  const place = (key: string, from: string): Fault => placeFault(sourceId, settings, key, from);
  return [
    ...inputFaults(sourceId, settings, used, operation),
    ...checkMapping(operation, settings, XML_NOTATION).map((one) => mappingFault(sourceId, settings, one)),
    ...(compileElements(settings.record) === undefined ? [place('record', settings.record)] : []),
    ...(mark !== undefined && XML_NOTATION.compile(mark.from) === undefined
      ? [place('notFound.mark.from', mark.from)]
      : []),
  ];
}

/** @param reason a code; the messages of parsers quote what they read */
export function wsdlUnusable(sourceId: string, reason: string): Fault {
  return sourceFault(sourceId, 'wsdl', {
    code: 'SOURCE_WSDL_UNUSABLE',
    message: {
      tr: `WSDL dosyası kullanılamıyor (${reason})`,
      en: `the WSDL file cannot be used (${reason})`,
    },
    remedy: {
      tr: 'Servisin WSDL dosyasını, içerdiği şemalarla birlikte bu makineye indirin; geçit ağdan şema indirmez.',
      en: 'Store the WSDL of the service on this machine together with the schemas that it includes; none is fetched.',
    },
  });
}

/** @param names what the WSDL has instead */
export function portUnknown(sourceId: string, key: 'service' | 'port', names: readonly string[]): Fault {
  const list = names.join(', ');
  return sourceFault(sourceId, key, {
    code: 'SOURCE_WSDL_PORT_UNKNOWN',
    message: {
      tr: `WSDL dosyasında tek ya da bu adda bir ${key} yok; olanlar: ${list}`,
      en: `the WSDL has no single ${key}, or none of this name; it has: ${list}`,
    },
    remedy: { tr: 'Adlardan birini yazın.', en: 'Write one of these names.' },
  });
}

/** @param names what the port has instead */
export function callUnknown(
  sourceId: string,
  settings: SoapOperationSettings,
  names: readonly string[],
): Fault {
  const list = names.join(', ');
  const wording = {
    code: 'SOURCE_WSDL_CALL_UNKNOWN',
    message: { tr: `WSDL dosyasında böyle bir çağrı yok; olanlar: ${list}`, en: `the WSDL has no such call; it has: ${list}` },
    remedy: { tr: 'Adlardan birini yazın.', en: 'Write one of these names.' },
  }; // prettier-ignore
  return operationFault(sourceId, settings, wording, 'call');
}

/** @param argument dotted name */
export function argumentUnknown(sourceId: string, settings: SoapOperationSettings, argument: string): Fault {
  const wording = {
    code: 'SOURCE_WSDL_ARGUMENT_UNKNOWN',
    message: { tr: 'çağrının WSDL dosyasında böyle bir girdisi yok', en: 'the call has no such argument in the WSDL' },
    remedy: { tr: 'Adı WSDL dosyasındaki gibi yazın.', en: 'Write the name as the WSDL has it.' },
  }; // prettier-ignore
  return operationFault(sourceId, settings, wording, `arguments.${argument}`);
}
