import type { Ledger } from "../../../ledger/ledger.ts";
import type {
  CodeReference,
  FunctionDocument,
  FunctionVersionDocument,
  LayerVersionDocument,
} from "../../../model/function-documents.ts";

/** The archives that any function, version or layer version has, by SHA-256. */
export async function referencedCode(ledger: Ledger): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const note = (code: CodeReference): void => {
    if (code.Kind === "archive") found.add(code.Sha256);
  };
  const noteVersion = ({ Code, Settings }: FunctionVersionDocument): void => {
    note(Code);
    for (const layer of Settings.Layers) note(layer.Code);
  };
  for (const { value } of await ledger.list<Partial<FunctionDocument & FunctionVersionDocument>>({
    prefix: "functions/",
  })) {
    if (value.Latest) noteVersion(value.Latest);
    else if (value.Edition !== undefined) noteVersion(value as FunctionVersionDocument);
  }
  for (const { value } of await ledger.list<Partial<LayerVersionDocument>>({ prefix: "layers/" })) {
    if (value.Code) note(value.Code);
  }
  return found;
}
