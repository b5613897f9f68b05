import { readFileSync } from "node:fs";

export type ShapeType =
  | "structure"
  | "list"
  | "map"
  | "string"
  | "boolean"
  | "integer"
  | "long"
  | "double"
  | "float"
  | "blob"
  | "timestamp";

/** A member of a structure: its shape, its name on the wire, and where it travels (default: in the body). */
export interface MemberModel {
  readonly shape: string;
  readonly name: string;
  readonly in?: "uri" | "querystring" | "header" | "statusCode";
}

/** One shape of a service model. Which members are there depends on `type`. */
export interface ShapeModel {
  readonly type: ShapeType;
  readonly members?: Readonly<Record<string, MemberModel>>;
  readonly required?: readonly string[];
  /** Shape of a list's elements. */
  readonly member?: string;
  readonly key?: string;
  readonly value?: string;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** Limits that the public reference documents and SDKs do not enforce. */
  readonly documentedMin?: number;
  readonly documentedMax?: number;
  readonly pattern?: string;
  /** Name of the member that is the whole body. */
  readonly payload?: string;
  readonly timestampFormat?: "iso8601" | "unixTimestamp" | "rfc822";
  readonly exception?: true;
  readonly status?: number;
  readonly code?: string;
  readonly sensitive?: true;
}

export interface OperationModel {
  readonly method: string;
  /** URI template such as `/v2/apis/{apiId}`. */
  readonly uri: string;
  /** Status of a successful answer. */
  readonly status: number;
  readonly input?: string;
  readonly output?: string;
  readonly resultWrapper?: string;
  readonly errors: readonly string[];
}

export interface ServiceMetadata {
  readonly apiVersion: string;
  readonly endpointPrefix: string;
  readonly signingName: string;
  readonly serviceId: string;
  readonly protocol: string;
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly xmlNamespace?: string;
}

/** The facts of a service's public model: see scripts/generate-service-model.ts. */
export interface ServiceModel {
  readonly metadata: ServiceMetadata;
  readonly operations: Readonly<Record<string, OperationModel>>;
  readonly shapes: Readonly<Record<string, ShapeModel>>;
}

/** The services whose models are in the tree. */
export type ModelledService = "apigatewayv2" | "lambda" | "sts";

const loaded = new Map<ModelledService, ServiceModel>();

/** The model of a service, read from disk the first time it is asked for. */
export function loadServiceModel(service: ModelledService): ServiceModel {
  const known = loaded.get(service);
  if (known) return known;
  const file = new URL(`../model/generated/${service}.json`, import.meta.url);
  const model = JSON.parse(readFileSync(file, "utf8")) as ServiceModel;
  loaded.set(service, model);
  return model;
}

/** The shape of that name. Throws when the model does not hold it, which is a fault of the model. */
export function shapeOf(model: ServiceModel, name: string): ShapeModel {
  const shape = Object.hasOwn(model.shapes, name) ? model.shapes[name] : undefined;
  if (!shape) throw new Error(`the model of ${model.metadata.serviceId} names an unknown shape: ${name}`);
  return shape;
}
