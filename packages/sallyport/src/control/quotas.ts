/** How many of a thing there may be. Source: API Gateway Developer Guide, "Quotas and important notes". */
export interface Quotas {
  readonly apisPerRegion: number;
  readonly routesPerApi: number;
  readonly integrationsPerApi: number;
  readonly stagesPerApi: number;
  readonly authorizersPerApi: number;
  readonly audiencesPerAuthorizer: number;
  readonly scopesPerRoute: number;
  readonly vpcLinksPerRegion: number;
  readonly subnetsPerVpcLink: number;
  readonly domainNamesPerRegion: number;
  readonly multiLevelMappingsPerDomain: number;
  readonly routingRulesPerDomain: number;
  readonly variablesPerStage: number;
  readonly tagsPerResource: number;
}

/** The real service's figures. An installation may lift them by configuration. */
export const DEFAULT_QUOTAS: Quotas = {
  apisPerRegion: 600,
  routesPerApi: 300,
  integrationsPerApi: 300,
  stagesPerApi: 10,
  authorizersPerApi: 10,
  audiencesPerAuthorizer: 50,
  scopesPerRoute: 10,
  vpcLinksPerRegion: 10,
  subnetsPerVpcLink: 10,
  domainNamesPerRegion: 120,
  multiLevelMappingsPerDomain: 200,
  routingRulesPerDomain: 50,
  variablesPerStage: 100,
  tagsPerResource: 50,
};
