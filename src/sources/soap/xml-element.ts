/** An element of a document that was read within its limits. */
export interface XmlElement {
  /** Name without its prefix, and its namespace; empty for none. */
  readonly name: string;
  readonly namespace: string;
  /** Attributes by their name without prefix; namespace declarations are none. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The character data between its tags, without that of its children. */
  readonly text: string;
  /** Whether it says of itself that it has no value (`xsi:nil`). */
  readonly nil: boolean;
}

/** Child elements of a name, in order. */
export function childrenNamed(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** Whether it holds nothing at all. */
export function isEmpty({ attributes, children, text, nil }: XmlElement): boolean {
  return nil || (attributes.size === 0 && children.length === 0 && text.trim() === '');
}
