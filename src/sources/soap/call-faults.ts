import { type Fault } from '../../shared/fault.ts';
import { argumentUnknown, callUnknown } from './soap-source-faults.ts';
import { type SoapArguments, type SoapOperationSettings } from './soap-source-settings.ts';
import { type MessageShape, type WsdlPort } from './wsdl-port.ts';

/** What is wrong with the settings of an operation, held against the WSDL. */
export function callFaults(sourceId: string, settings: SoapOperationSettings, { calls }: WsdlPort): Fault[] {
  const call = calls.get(settings.call);
  if (call === undefined) return [callUnknown(sourceId, settings, [...calls.keys()])];
  return unknownArguments(settings.arguments, call.input).map((name) =>
    argumentUnknown(sourceId, settings, name),
  );
}

/** Dotted names of the arguments that the WSDL does not have. */
function unknownArguments(given: SoapArguments, shape: MessageShape): string[] {
  return Object.entries(given).flatMap(([name, value]) => {
    const known = shape[name] ?? shape[`${name}[]`];
    if (known === undefined) return [name];
    // A text in the place of a block is as wrong as a block in the place of a text.
    if (typeof value === 'string') return typeof known === 'string' ? [] : [name];
    return typeof known === 'string'
      ? [name]
      : unknownArguments(value, known).map((below) => `${name}.${below}`);
  });
}
