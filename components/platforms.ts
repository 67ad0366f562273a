/**
 * The docker plugin has the registry fill in the platforms of a service's image when it makes the service. A refresh
 * reads them back, and without this path among `ignoreChanges` the next `up` would take them out again (measured).
 */
export const platformsOfImage = 'taskSpec.placement.platforms';
