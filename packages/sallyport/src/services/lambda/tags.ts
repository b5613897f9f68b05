import type { FunctionDocument } from "../../model/function-documents.ts";
import { keys } from "../../model/keys.ts";
import { faults, invalidParameter } from "./faults.ts";
import { found } from "./found.ts";
import { namedFunction } from "./function-name.ts";
import type { Call, Operation, OperationTable } from "./operation.ts";

/** AWS Lambda Developer Guide, "Tags": restrictions. */
const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;

type Tags = Readonly<Record<string, string>>;

/** Throws for tags that no function may have. Texts but the first are our choice. */
export function checkTags(tags: Tags): void {
  if (Object.keys(tags).length > MAX_TAGS) throw invalidParameter("Number of tags exceeds resource tag limit.");
  for (const [key, value] of Object.entries(tags)) {
    if (key === "" || key.length > MAX_KEY_LENGTH) {
      throw invalidParameter(`The tag key ${JSON.stringify(key)} must have 1 to ${MAX_KEY_LENGTH} characters`);
    }
    if (value.length > MAX_VALUE_LENGTH) {
      throw invalidParameter(`The value of the tag ${key} is longer than ${MAX_VALUE_LENGTH} characters`);
    }
    if (/^aws:/i.test(key)) throw invalidParameter(`The tag key ${key} is reserved: it begins with aws:`);
  }
}

async function changeTags(resource: string, call: Call, change: (tags: Tags) => Tags): Promise<void> {
  const named = taggedFunction(resource, call);
  await call.world.ledger.transact(async (transaction) => {
    const { value } = await found.function(transaction, named);
    const Tags = change(value.Tags);
    checkTags(Tags);
    await transaction.put(keys.function(named, named.name), { ...value, Tags } satisfies FunctionDocument);
  });
}

function taggedFunction(resource: string, call: Call) {
  if (!resource.includes(":function:")) throw faults.nothing();
  const named = namedFunction(call, resource);
  if (named.qualifier === undefined) return named;
  throw invalidParameter("Tags on function aliases and versions are not supported. Please specify a function ARN.");
}

const tagResource: Operation<"TagResource"> = async (input, call) => {
  await changeTags(input.Resource, call, (tags) => ({ ...tags, ...input.Tags }));
  return {};
};

const untagResource: Operation<"UntagResource"> = async (input, call) => {
  const gone = new Set(input.TagKeys);
  await changeTags(input.Resource, call, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
  );
  return {};
};

const listTags: Operation<"ListTags"> = async (input, call) => {
  const named = taggedFunction(input.Resource, call);
  return { Tags: (await found.function(call.world.ledger, named)).value.Tags };
};

export const tagOperations: OperationTable = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTags: listTags,
};
